import { readRequestDetail } from '../screens/request-detail.ts';
import { readRequests } from '../screens/requests.ts';
import { savingsCsv } from '../screens/savings.ts';
import type { ScreenName } from '../wire/index.ts';
import { answer, answerJson, refuse } from './answers.ts';
import { type Board, isPeriodScreen } from './board.ts';
import type { EventStreams } from './event-streams.ts';
import { QueryError, rangeOf, requestQueryOf, wordOf } from './query.ts';

const SCREENS: readonly ScreenName[] = [
  ...(['overview', 'requests', 'request', 'routes', 'cache', 'resilience', 'savings', 'what-if'] as const),
];

/** What answers the page beside its files: `status`, a screen, `requests`, `requests/{id}`, the files of Savings, and `events`. */
export class Api {
  readonly #board: Board;
  readonly #streams: EventStreams;

  constructor(board: Board, streams: EventStreams) {
    this.#board = board;
    this.#streams = streams;
  }

  /** @param path - below `api/` */
  answer(path: string, parameters: URLSearchParams, request: Request): Response {
    try {
      return this.#read(path, parameters, request);
    } catch (error) {
      if (error instanceof QueryError) return refuse(400, error.message);
      throw error;
    }
  }

  #read(path: string, parameters: URLSearchParams, request: Request): Response {
    const { observations } = this.#board;
    if (path === 'status') return answerJson(this.#board.status());
    if (path === 'events') return this.#events(parameters, request);
    if (path === 'requests') {
      return answerJson(readRequests(observations, requestQueryOf(parameters)));
    }
    if (path === 'savings.csv' || path === 'savings.json') return this.#savingsFile(path, parameters);
    if (isPeriodScreen(path)) return answerJson(this.#board.screen(path, rangeOf(parameters)));
    const [, id] = /^requests\/([^/]+)$/.exec(path) ?? [];
    const detail = id === undefined ? undefined : readRequestDetail(observations, decoded(id));
    if (detail !== undefined) return answerJson(detail);
    return refuse(404, id === undefined ? 'there is no such path' : 'this request is not kept, or was never seen');
  }

  #savingsFile(path: string, parameters: URLSearchParams): Response {
    const savings = this.#board.screen('savings', rangeOf(parameters));
    const headers = { 'Content-Disposition': `attachment; filename="${path}"` };
    if (path === 'savings.json') return answerJson(savings, headers);
    return answer(savingsCsv(savings), { ...headers, 'Content-Type': 'text/csv; charset=utf-8' });
  }

  #events(parameters: URLSearchParams, { headers, method }: Request): Response {
    const screen = wordOf(parameters, 'screen', SCREENS) ?? 'overview';
    const cursor = headers.get('last-event-id') ?? parameters.get('cursor') ?? undefined;
    const next = this.#board.follow(screen, requestQueryOf(parameters), cursor);
    const type = { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' };
    if (method === 'HEAD') return answer(null, type);
    const body = this.#streams.open(next);
    if (body === undefined) return refuse(503, 'too many pages are open; close one', { 'Retry-After': '5' });
    return answer(body, type);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it is no id then, and is not found
  }
}
