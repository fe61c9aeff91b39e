import type { RequestRow, RequestSort } from '../wire/index.ts';

const VALUES: { readonly [Sort in RequestSort]: (row: RequestRow) => string | number | null | undefined } = {
  time: ({ seq }) => seq,
  workflow: ({ workflow }) => workflow,
  tenant: ({ tenant }) => tenant,
  route: ({ route }) => route,
  attempts: ({ attempts }) => attempts,
  status: ({ status }) => status,
  firstChunk: ({ firstChunkMs }) => firstChunkMs,
  total: ({ totalMs }) => totalMs,
  tokensIn: ({ tokensIn }) => tokensIn,
  tokensOut: ({ tokensOut }) => tokensOut,
  tokensCached: ({ tokensCached }) => tokensCached,
  cost: ({ costUsd }) => costUsd,
  saved: ({ savedUsd }) => savedUsd,
};

export const SORTS: readonly RequestSort[] = Object.keys(VALUES) as RequestSort[];

/** Sorts rows that come newest first. Unknown values and dashes stand last in both orders; equal ones stay newest first. */
export function sortRows(rows: RequestRow[], sort: RequestSort, order: 'asc' | 'desc'): RequestRow[] {
  if (sort === 'time') return order === 'desc' ? rows : rows.reverse();
  const value = VALUES[sort];
  const sign = order === 'asc' ? 1 : -1;
  return rows.sort((one, other) => {
    const [left, right] = [value(one) ?? undefined, value(other) ?? undefined];
    if (left === right) return 0;
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return left < right ? -sign : sign;
  });
}
