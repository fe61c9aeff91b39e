import { safely } from 'tta-dev-primitives/internal';

/** The far end of a call. */
export interface ServerAddress {
  readonly address: string;
  readonly port: number;
}

/** The host and port of an address over HTTP; undefined for anything else. Never throws. */
export function serverAt(url: unknown): ServerAddress | undefined {
  if (typeof url !== 'string') return undefined;
  const parsed = safely(() => URL.parse(url));
  if (!parsed || parsed.hostname === '') return undefined;
  const usual = USUAL_PORTS[parsed.protocol];
  if (usual === undefined) return undefined;
  return { address: parsed.hostname, port: parsed.port === '' ? usual : Number(parsed.port) };
}

const USUAL_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };
