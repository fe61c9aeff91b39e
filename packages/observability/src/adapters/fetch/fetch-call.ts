import type { WorkflowContext } from 'tta-dev-primitives';
import type { Endpoint, HttpDialect } from '../../llm/dialects/http-dialect.ts';

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
  /** The fields of the body. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly endpoint: Endpoint;
  readonly http: HttpDialect;
  readonly isStreamed: boolean;
  /** Whether the caller gets the usage of a stream, because it has asked or because the provider always states it. */
  readonly wantsUsage: boolean;
}

/** In `metadata`: the contexts of shared calls and refreshes then have it too. */
const CALL: symbol = Symbol('tta.fetchCall');

export function metadataWith(call: FetchCall, metadata: WorkflowContext['metadata']): WorkflowContext['metadata'] {
  return { ...metadata, [CALL]: call } as WorkflowContext['metadata'];
}

/** @throws TypeError if a step has made a context of its own */
export function callIn(context: WorkflowContext): FetchCall {
  const call = (context.metadata as Readonly<Record<symbol, FetchCall | undefined>>)[CALL];
  if (call !== undefined) return call;
  throw new TypeError('ttaFetch: the call must be executed with the context of the workflow, or with a child of it');
}
