import type { RequestRow, RequestSort } from '../../../../src/wire/index.ts';
import { type Content, DASH } from '../../parts/content.tsx';
import { isAnswered, nameContent, statusContent } from '../../parts/names.tsx';
import { countContent, durationContent, moneyContent } from '../../parts/numbers.tsx';
import { cacheContent, endOf, routeContent, whyContent } from '../../parts/request-cells.tsx';
import { clock } from '../../state/app-state.ts';
import type { ListFilter } from '../../state/view.ts';

/** A column of the table of requests. */
export interface Column {
  readonly id: string;
  readonly title: string;
  /** In CSS pixels; a column of names takes this at least, and a share of what is left. */
  readonly width: number;
  readonly share?: number;
  readonly isNumber?: boolean;
  readonly sort?: RequestSort;
  readonly hint?: string;
  readonly look?: string;
  readonly cell: (row: RequestRow) => Content;
  /** What `f` filters by in this column. */
  readonly filter?: (row: RequestRow) => { readonly name: ListFilter; readonly value: string } | undefined;
}

export const COLUMNS: readonly Column[] = [
  {
    ...{ id: 'time', title: 'Time', width: 78, sort: 'time', hint: 'When it ended' },
    cell: (row) => ({ text: clock.time(endOf(row)) }),
  },
  {
    ...{ id: 'workflow', title: 'Workflow', width: 98, share: 3, sort: 'workflow', look: 'clip ink' },
    cell: (row) => nameContent(row.workflow),
    filter: (row) => ({ name: 'workflow', value: row.workflow }),
  },
  {
    ...{ id: 'tenant', title: 'Tenant', width: 66, share: 4, sort: 'tenant', look: 'clip' },
    cell: (row) => (row.tenant === undefined ? DASH : nameContent(row.tenant)),
    filter: (row) => (row.tenant === undefined ? undefined : { name: 'tenant', value: row.tenant }),
  },
  {
    ...{ id: 'route', title: 'Route and model', width: 130, share: 10, sort: 'route', look: 'clip' },
    cell: routeContent,
    filter: (row) =>
      row.route === undefined || row.answeredBy === 'cache' ? undefined : { name: 'route', value: row.route },
  },
  {
    ...{ id: 'why', title: 'Why', width: 92, share: 3, look: 'clip' },
    cell: whyContent,
    filter: (row) => (row.why === undefined ? undefined : { name: 'reason', value: row.why.reason }),
  },
  {
    ...{ id: 'cache', title: 'Cache', width: 66 },
    cell: cacheContent,
    filter: (row) => (row.cache === undefined ? undefined : { name: 'cache', value: row.cache }),
  },
  {
    ...{ id: 'tries', title: 'Tries', width: 44, sort: 'attempts', isNumber: true },
    cell: ({ attempts }) => (attempts === 0 ? DASH : { text: attempts > 1 ? <b>{attempts}</b> : String(attempts) }),
  },
  {
    ...{ id: 'status', title: 'Status', width: 74, sort: 'status' },
    cell: (row) => statusContent(row.status),
    filter: (row) => ({ name: 'status', value: row.status }),
  },
  {
    ...{ id: 'first', title: 'First', width: 58, sort: 'firstChunk', isNumber: true, hint: 'Until the first chunk' },
    cell: (row) => durationContent(row.firstChunkMs),
  },
  {
    ...{ id: 'total', title: 'Total', width: 60, sort: 'total', isNumber: true, look: 'ink' },
    cell: (row) => durationContent(row.totalMs),
  },
  { ...tokens('in', 'In', 'tokensIn', 'Tokens in'), cell: (row) => tokenContent(row.tokensIn) },
  {
    ...tokens('cached', 'Cached', 'tokensCached', 'Tokens in that the provider had cached'),
    ...{ width: 62 },
    cell: (row) => tokenContent(row.tokensCached),
  },
  { ...tokens('out', 'Out', 'tokensOut', 'Tokens out'), cell: (row) => tokenContent(row.tokensOut) },
  {
    ...{ id: 'cost', title: 'Cost', width: 76, sort: 'cost', isNumber: true, look: 'ink' },
    cell: (row) => moneyContent(row.costUsd),
  },
  {
    ...{ id: 'saved', title: 'Saved', width: 82, sort: 'saved', isNumber: true },
    cell: savedContent,
  },
];

function tokens(id: string, title: string, sort: RequestSort, hint: string) {
  return { id, title, sort, hint, width: 50, isNumber: true } as const;
}

function tokenContent(count: number | null | undefined): Content {
  return countContent(count === 0 ? undefined : count);
}

function savedContent({ status, savedUsd }: RequestRow): Content {
  const content = moneyContent(isAnswered(status) ? savedUsd : undefined);
  return { ...content, look: content.look ?? ((savedUsd ?? 0) > 0 ? 'saved' : 'ink') };
}

/** What gives way first when there is no room; the first few also wherever the window is not large. */
const FIRST_TO_GO = ['tries', 'cached', 'tenant', 'in', 'out', 'first', 'why'];
const ONLY_IF_LARGE = 3;

/** The columns that fit into a frame of this width, which they fill. The last two are always among them. */
export function fitColumns(columns: readonly Column[], frame: number, isLarge: boolean): readonly Column[] {
  const needed = (list: readonly Column[]): number => list.reduce((sum, { width }) => sum + width, 0);
  let fitting = columns;
  FIRST_TO_GO.forEach((gone, at) => {
    const mustGo = needed(fitting) > frame || (!isLarge && at < ONLY_IF_LARGE);
    if (mustGo) fitting = fitting.filter(({ id }) => id !== gone);
  });
  const shares = fitting.reduce((sum, { share = 0 }) => sum + share, 0) || 1;
  const left = Math.max(0, frame - needed(fitting));
  return fitting.map((column) => ({ ...column, width: column.width + (left * (column.share ?? 0)) / shares }));
}
