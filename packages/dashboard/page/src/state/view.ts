import type {
  CacheWord,
  Range,
  RequestQuery,
  RequestSort,
  RequestStatus,
  ScreenName,
} from '../../../src/wire/index.ts';

/** What the page shows. The URL holds all of it, which is why a reload, the back button and a shared link restore it. */
export interface View {
  readonly screen: ScreenName;
  /** The request, on the screen of one. */
  readonly id?: string;
  /** Missing while the page chooses it. */
  readonly range?: Range;
  /** The filters and the order of the table of requests. */
  readonly query: Omit<RequestQuery, 'range' | 'offset' | 'limit' | 'untilSeq'>;
  /** Columns that the reader has put away. */
  readonly hiddenColumns: readonly string[];
}

export const RANGES: readonly Range[] = ['1m', '15m', '1h', '24h', '7d'];

/** In the order of the tabs. */
export const SCREENS: readonly { readonly name: Exclude<ScreenName, 'request'>; readonly title: string }[] = [
  { name: 'overview', title: 'Overview' },
  { name: 'requests', title: 'Requests' },
  { name: 'routes', title: 'Routes' },
  { name: 'cache', title: 'Cache' },
  { name: 'resilience', title: 'Resilience' },
  { name: 'savings', title: 'Savings' },
  { name: 'what-if', title: 'What-if' },
];

export const STATUSES: readonly RequestStatus[] = ['ok', 'late', 'timeout', 'error', 'cut', 'cancelled'];
export const CACHE_WORDS: readonly CacheWord[] = ['hit', 'shared', 'stale', 'miss', 'bypassed'];
const SORTS: readonly RequestSort[] = [
  ...(['time', 'workflow', 'tenant', 'route', 'attempts', 'status', 'firstChunk', 'total'] as const),
  ...(['tokensIn', 'tokensOut', 'tokensCached', 'cost', 'saved'] as const),
];

/** The filters that are lists of names, as they are called in the URL. */
const NAME_FILTERS = ['route', 'model', 'workflow', 'tenant', 'reason'] as const;
/** All filters that are lists. */
export const LIST_FILTERS = ['status', 'cache', ...NAME_FILTERS] as const;
export type ListFilter = (typeof LIST_FILTERS)[number];

/** Reads the part of the URL behind `#`. What it does not know is left out, so an old link still opens. */
export function readView(hash: string): View {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', id] = path.split('/', 2);
  const parameters = new URLSearchParams(search);
  const screen = SCREENS.find((one) => one.name === name)?.name ?? 'overview';
  const range = oneOf(RANGES, parameters.get('range'));
  const common = {
    ...(range !== undefined && { range }),
    query: readQuery(parameters),
    hiddenColumns: parameters.get('hide')?.split(',').filter(Boolean) ?? [],
  };
  if (screen === 'requests' && id) return { screen: 'request', id: decoded(id), ...common };
  return { screen, ...common };
}

/** Writes a view as the part of the URL behind `#`. */
export function writeView({ screen, id, range, query, hiddenColumns }: View): string {
  const path = screen === 'request' ? `requests/${encodeURIComponent(id ?? '')}` : screen;
  const parameters = screen === 'requests' || screen === 'request' ? queryParameters(query) : new URLSearchParams();
  if (range !== undefined) parameters.set('range', range);
  if (hiddenColumns.length > 0 && screen === 'requests') parameters.set('hide', hiddenColumns.join(','));
  const search = parameters.toString();
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

/** The filters as the server reads them. */
export function queryParameters(query: View['query']): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) parameters.append(name, String(one));
  }
  return parameters;
}

/** How many filters narrow the table. */
export function filterCount(query: View['query']): number {
  const lists = LIST_FILTERS.reduce((count, name) => count + (query[name]?.length ?? 0), 0);
  return lists + (query.fromAtMs === undefined ? 0 : 1) + (query.priced === undefined ? 0 : 1);
}

/** Adds a value to a list of filters, or takes it away. */
export function toggleFilter(query: View['query'], name: ListFilter, value: string): View['query'] {
  const values: readonly string[] = query[name] ?? [];
  const rest = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  const { [name]: _, ...others } = query;
  return rest.length === 0 ? others : { ...others, [name]: rest };
}

function readQuery(parameters: URLSearchParams): View['query'] {
  const list = (name: string): readonly string[] => parameters.getAll(name);
  const known = <Word extends string>(words: readonly Word[], name: string): readonly Word[] =>
    words.filter((word) => list(name).includes(word));
  const status = known(STATUSES, 'status');
  const cache = known(CACHE_WORDS, 'cache');
  const [from, to] = ['fromAtMs', 'toAtMs'].map((name) => instant(parameters.get(name)));
  const names = NAME_FILTERS.filter((name) => list(name).length > 0).map((name) => [name, list(name)]);
  const priced = oneOf(['yes', 'no'] as const, parameters.get('priced'));
  const sort = oneOf(SORTS, parameters.get('sort'));
  const order = oneOf(['asc', 'desc'] as const, parameters.get('order'));
  const q = parameters.get('q');
  return {
    ...(status.length > 0 && { status }),
    ...(cache.length > 0 && { cache }),
    ...Object.fromEntries(names),
    ...(from !== undefined && to !== undefined && from < to && { fromAtMs: from, toAtMs: to }),
    ...(priced !== undefined && { priced }),
    ...(q !== null && q !== '' && { q }),
    ...(sort !== undefined && { sort }),
    ...(order !== undefined && { order }),
  };
}

function instant(text: string | null): number | undefined {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function oneOf<Word extends string>(words: readonly Word[], text: string | null): Word | undefined {
  return words.find((word) => word === text);
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // a stray % is part of the id
  }
}
