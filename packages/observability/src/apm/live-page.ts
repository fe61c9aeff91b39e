import type { RequestListener } from 'node:http';
import { importPeer } from '../optional-peer.ts';

/** The live page of tta-dashboard, as the endpoint of the metrics serves it. */
export interface LivePage {
  readonly listener: RequestListener;
  close(): void;
}

export interface LivePageOptions {
  /** The name of the service. */
  readonly name: string;
  /** Where it is served: `127.0.0.1:9464`. */
  readonly address: string;
  readonly problems: () => readonly string[];
}

/** What tta-dashboard exports for this. Its types are not imported, because that package imports this one. */
interface DashboardPackage {
  readonly dashboardListener: (options: LivePageOptions) => LivePage;
}

/** Makes the live page. @throws an error with the code `ERR_MODULE_NOT_FOUND` if tta-dashboard is not installed */
export async function loadLivePage(options: LivePageOptions): Promise<LivePage> {
  const { dashboardListener } = await importPeer<DashboardPackage>('tta-dashboard');
  return dashboardListener(options);
}
