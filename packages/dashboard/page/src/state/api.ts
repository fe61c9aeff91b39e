import type { RequestDetail, RequestPage } from '../../../src/wire/index.ts';
import { queryParameters, type View } from './view.ts';

/** An answer of the server that is no success. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** The parameters of a screen: its range, and on Requests the filters. */
export function screenParameters({ screen, range, query }: View): URLSearchParams {
  const parameters = screen === 'requests' ? queryParameters(query) : new URLSearchParams();
  parameters.set('range', range ?? 'auto');
  return parameters;
}

/** What the event stream is asked for. */
export function eventParameters(view: View): URLSearchParams {
  const parameters = screenParameters(view);
  parameters.set('screen', view.screen);
  return parameters;
}

/** One page of the table. @throws ApiError */
export async function readRows(view: View, offset: number, limit: number, untilSeq?: number): Promise<RequestPage> {
  const parameters = screenParameters({ ...view, screen: 'requests' });
  parameters.set('offset', String(offset));
  parameters.set('limit', String(limit));
  if (untilSeq !== undefined) parameters.set('untilSeq', String(untilSeq));
  return (await read(`api/requests?${parameters}`)) as RequestPage;
}

/** One request. @throws ApiError with the status 404 when it is not kept (any more) */
export async function readRequest(id: string): Promise<RequestDetail> {
  return (await read(`api/requests/${encodeURIComponent(id)}`)) as RequestDetail;
}

async function read(path: string): Promise<unknown> {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (!response.ok)
    throw new ApiError(response.status, `${path.split('?', 1)[0]}: the server answered ${response.status}`);
  return await response.json();
}
