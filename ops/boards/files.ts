import { join } from 'node:path';
import type { Board } from './board.ts';
import { grafanaJson } from './grafana.ts';

/** Where the dashboards are committed. */
export const FOLDER: string = join(import.meta.dirname, '../grafana');

/** The path and the text of the file of each board. */
export function boardFiles(boards: readonly Board[]): ReadonlyMap<string, string> {
  return new Map(
    boards.map((board) => [join(FOLDER, `${board.uid}.json`), `${JSON.stringify(grafanaJson(board), null, 2)}\n`]),
  );
}
