import { type DashboardHandler, dashboard } from '../dashboard.ts';
import type { DashboardOptions } from '../options.ts';

export interface OpenHandle {
  readonly handle: DashboardHandler;
  /** Asks for a path below `/api/`. */
  get<Answer>(path: string): Promise<Answer>;
  [Symbol.dispose](): void;
}

/** A dashboard that is asked without a server. */
export function openHandle(options: DashboardOptions = {}): OpenHandle {
  const handle = dashboard(options);
  return {
    handle,
    async get<Answer>(path: string) {
      const response = await handle(new Request(`http://127.0.0.1/api/${path}`));
      return (await response.json()) as Answer;
    },
    [Symbol.dispose]: () => handle.close(),
  };
}
