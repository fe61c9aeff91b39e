import type { Observations } from '../data/observations.ts';
import { refusalOf } from './access.ts';
import { refuse } from './answers.ts';
import { Api } from './api.ts';
import { Board } from './board.ts';
import { EventStreams } from './event-streams.ts';
import { PageFiles } from './page-files.ts';

export interface ServerSettings {
  readonly maxConnections: number;
  readonly token?: string | undefined;
  readonly basePath: string;
}

/** Takes what other programs send; the only thing that is not read-only. */
export interface Receiver {
  answer(request: Request): Promise<Response>;
}

/** Where other programs send spans. */
const RECEIVED = '/v1/traces';

/** Answers the page, its files and its data, to those who may read them. */
export class DashboardServer {
  readonly #token: string | undefined;
  readonly #basePath: string;
  readonly #streams: EventStreams;
  readonly #api: Api;
  readonly #files = new PageFiles();
  readonly #receiver: Receiver | undefined;

  /** @param problems - of the set-up, in words for a reader */
  constructor(
    observations: Observations,
    settings: ServerSettings,
    problems: () => readonly string[],
    receiver?: Receiver,
  ) {
    this.#receiver = receiver;
    this.#token = settings.token;
    this.#basePath = settings.basePath.replace(/\/+$/, '');
    this.#streams = new EventStreams(observations, settings.maxConnections);
    this.#api = new Api(new Board(observations, problems), this.#streams);
  }

  async answer(request: Request): Promise<Response> {
    const refusal = refusalOf(request, this.#token);
    if (refusal !== undefined) return refusal;
    const { pathname, searchParams } = new URL(request.url);
    if (request.method === 'POST' && this.#receiver !== undefined && pathname === RECEIVED) {
      return this.#receiver.answer(request);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(405, 'the dashboard is read-only: it answers GET and HEAD', { Allow: 'GET, HEAD' });
    }
    // The page asks for its files relative to its own address, which must therefore end in a slash.
    if (pathname === this.#basePath) return Response.redirect(new URL(`${pathname}/`, request.url), 308);
    const path = this.#below(pathname);
    if (path === undefined) return refuse(404, `not found; the dashboard is at ${this.#basePath}/`);
    if (path.startsWith('api/')) return this.#api.answer(path.slice('api/'.length), searchParams, request);
    return this.#files.answer(path, request);
  }

  close(): void {
    this.#streams.close();
  }

  #below(pathname: string): string | undefined {
    const prefix = `${this.#basePath}/`;
    return pathname.startsWith(prefix) ? pathname.slice(prefix.length) : undefined;
  }
}
