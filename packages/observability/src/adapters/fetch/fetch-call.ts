import type { Endpoint, HttpDialect } from '../../llm/dialects/http-dialect.ts';
import { type CarriedCall, carriedCall } from '../carried-call.ts';

/**
 * A request to a model as a workflow sees it: the fields of the body, beside where it goes and with which headers. Steps may hand on a
 * copy with other fields, such as another `model`.
 */
export interface FetchRequest {
  /** The address, without a key and without the part that differs between a whole and a streamed answer. It cannot be changed. */
  readonly url: string;
  readonly headers: Headers;
  readonly [field: string]: unknown;
}

/** One call of `fetch` that asks a model. */
export interface FetchCall {
  readonly request: FetchRequest;
  /** Where the caller sent it, and with what. */
  readonly address: URL;
  readonly init: RequestInit;
  /** The body as text, whose bytes are sent as they are unless something in it changes. */
  readonly text: string;
  /** The headers with the signature of the request, which no step may change. */
  readonly signedHeaders: Headers | undefined;
  /** The fields of the body. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly endpoint: Endpoint;
  readonly http: HttpDialect;
  readonly isStreamed: boolean;
  /** Whether the caller gets the usage of a stream, because it has asked or because the provider always states it. */
  readonly wantsUsage: boolean;
}

/** The call in the context of its workflow. */
export const carried: CarriedCall<FetchCall> = carriedCall('ttaFetch');
