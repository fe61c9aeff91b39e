import type { VNode } from 'preact';
import type { RequestRow, RequestSort } from '../../../../src/wire/index.ts';
import { countText } from '../../format/count.ts';
import { isAnswered, Name, StatusWord } from '../../parts/names.tsx';
import { ColumnMoney, Duration } from '../../parts/numbers.tsx';
import { CacheCell, endOf, RouteCell, WhyCell } from '../../parts/request-cells.tsx';
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
  /** Put away below 1180 px. */
  readonly isLargeOnly?: boolean;
  readonly sort?: RequestSort;
  readonly hint?: string;
  readonly look?: string;
  readonly cell: (row: RequestRow) => VNode | string;
  /** What `f` filters by in this column. */
  readonly filter?: (row: RequestRow) => { readonly name: ListFilter; readonly value: string } | undefined;
}

const dash = <span class="muted">–</span>;

export const COLUMNS: readonly Column[] = [
  {
    ...{ id: 'time', title: 'Time', width: 78, sort: 'time', hint: 'When it ended' },
    cell: (row) => clock.time(endOf(row)),
  },
  {
    ...{ id: 'workflow', title: 'Workflow', width: 98, share: 3, sort: 'workflow', look: 'ink' },
    cell: (row) => <Name text={row.workflow} />,
    filter: (row) => ({ name: 'workflow', value: row.workflow }),
  },
  {
    ...{ id: 'tenant', title: 'Tenant', width: 66, share: 4, sort: 'tenant', isLargeOnly: true },
    cell: (row) => (row.tenant === undefined ? dash : <Name text={row.tenant} />),
    filter: (row) => (row.tenant === undefined ? undefined : { name: 'tenant', value: row.tenant }),
  },
  {
    ...{ id: 'route', title: 'Route and model', width: 130, share: 10, sort: 'route' },
    cell: (row) => <RouteCell row={row} />,
    filter: (row) =>
      row.route === undefined || row.answeredBy === 'cache' ? undefined : { name: 'route', value: row.route },
  },
  {
    ...{ id: 'why', title: 'Why', width: 92, share: 3 },
    cell: (row) => <WhyCell row={row} />,
    filter: (row) => (row.why === undefined ? undefined : { name: 'reason', value: row.why.reason }),
  },
  {
    ...{ id: 'cache', title: 'Cache', width: 66 },
    cell: (row) => <CacheCell row={row} />,
    filter: (row) => (row.cache === undefined ? undefined : { name: 'cache', value: row.cache }),
  },
  {
    ...{ id: 'tries', title: 'Tries', width: 44, sort: 'attempts', isNumber: true, isLargeOnly: true },
    cell: ({ attempts }) => (attempts === 0 ? dash : attempts > 1 ? <b>{attempts}</b> : String(attempts)),
  },
  {
    ...{ id: 'status', title: 'Status', width: 74, sort: 'status' },
    cell: (row) => <StatusWord status={row.status} />,
    filter: (row) => ({ name: 'status', value: row.status }),
  },
  {
    ...{ id: 'first', title: 'First', width: 58, sort: 'firstChunk', isNumber: true, hint: 'Until the first chunk' },
    cell: (row) => <Duration ms={row.firstChunkMs} />,
  },
  {
    ...{ id: 'total', title: 'Total', width: 60, sort: 'total', isNumber: true, look: 'ink' },
    cell: (row) => <Duration ms={row.totalMs} />,
  },
  { ...tokens('in', 'In', 'tokensIn', 'Tokens in'), cell: (row) => count(row.tokensIn) },
  {
    ...tokens('cached', 'Cached', 'tokensCached', 'Tokens in that the provider had cached'),
    ...{ width: 62, isLargeOnly: true },
    cell: (row) => count(row.tokensCached),
  },
  { ...tokens('out', 'Out', 'tokensOut', 'Tokens out'), cell: (row) => count(row.tokensOut) },
  {
    ...{ id: 'cost', title: 'Cost', width: 76, sort: 'cost', isNumber: true, look: 'ink' },
    cell: (row) => <ColumnMoney usd={row.costUsd} />,
  },
  {
    ...{ id: 'saved', title: 'Saved', width: 82, sort: 'saved', isNumber: true },
    cell: (row) => <Saved row={row} />,
  },
];

function tokens(id: string, title: string, sort: RequestSort, hint: string) {
  return { id, title, sort, hint, width: 50, isNumber: true } as const;
}

function count(value: number | null | undefined): VNode | string {
  return value === undefined || value === 0 ? dash : countText(value);
}

function Saved({ row }: { readonly row: RequestRow }): VNode {
  if (!isAnswered(row.status)) return dash;
  return (
    <span class={row.savedUsd != null && row.savedUsd > 0 ? 'saved' : 'ink'}>
      <ColumnMoney usd={row.savedUsd} />
    </span>
  );
}

/** What gives way first when there is no room. */
const FIRST_TO_GO = ['tries', 'cached', 'tenant', 'in', 'out', 'first', 'why'];

/** The columns that fit into a frame of this width, and how wide each is. The last two are always among them. */
export function fitColumns(
  columns: readonly Column[],
  frame: number,
): readonly { readonly column: Column; readonly px: number }[] {
  const needed = (list: readonly Column[]): number => list.reduce((sum, { width }) => sum + width, 0);
  let fitting = columns;
  for (const id of FIRST_TO_GO) if (needed(fitting) > frame) fitting = fitting.filter((column) => column.id !== id);
  const shares = fitting.reduce((sum, { share = 0 }) => sum + share, 0) || 1;
  const left = Math.max(0, frame - needed(fitting));
  return fitting.map((column) => ({ column, px: column.width + (left * (column.share ?? 0)) / shares }));
}
