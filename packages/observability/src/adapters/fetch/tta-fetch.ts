import { type Clock, followOutput, type WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import {
  currentContext,
  type Flow,
  flowOf,
  keepReportOpen,
  refusal,
  requestOf,
  wholeBodyOf,
  withBody,
} from 'tta-dev-primitives/internal';
import type { HttpDialect } from '../../llm/dialects/http-dialect.ts';
import { LINGER_MS } from '../last-read.ts';
import { callContext } from './call-context.ts';
import { errorResponse } from './error-response.ts';
import type { FetchCall } from './fetch-call.ts';
import { type FetchOptions, OWNER, type ReadFetchOptions, readFetchOptions } from './fetch-options.ts';
import { FinishWatch } from './finish-watch.ts';
import { isCall, readCall } from './read-call.ts';
import { isEventStream } from './send.ts';
import { UnreadStreamError } from './unread-stream-error.ts';
import { withoutUsageEvents } from './usage-event.ts';
import { type FetchWorkflow, workflowOf } from './workflow.ts';

/** A `fetch`, and the workflow that it puts around calls of models. */
export type TtaFetch = typeof fetch & {
  /** For its `describe()`, and the statistics of its parts. */
  readonly workflow: FetchWorkflow;
};

/**
 * A `fetch` for the SDKs of providers, which puts a workflow around every model call: time limits, a cache, routes,
 * retries, and the facts for metrics and reports. The SDK stays as it is, with its types, its streams and its classes
 * of errors. Requests that call no model pass untouched.
 *
 * A failed call returns a response: the provider's own, or one in its format with our `code`. Only the abort of the
 * caller's own signal is thrown. If a stream fails after it has begun, its reader gets our error.
 *
 * @throws TypeError or RangeError that names the option if an option is wrong
 * @example
 * ```ts
 * const openai = new OpenAI({ fetch: ttaFetch({ timeout: { timeoutMs: 30_000 }, cache: {} }) });
 * await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
 * ```
 */
export function ttaFetch<Name extends string = string>(options: FetchOptions<Name> = {}): TtaFetch {
  return fetchOf(options, { isSignedHere: false });
}

/** The same for a client of this process, which signs its requests itself if they are signed. */
export function clientFetch<Name extends string>(options: FetchOptions<Name>): TtaFetch {
  return fetchOf(options, { isSignedHere: true });
}

function fetchOf<Name extends string>(
  options: FetchOptions<Name>,
  { isSignedHere }: { readonly isSignedHere: boolean },
): TtaFetch {
  const read = readFetchOptions(options);
  const workflow = workflowOf(read);
  const { fetch: beneath } = read;
  const fetchModel: typeof fetch = async (input, init) => {
    const call = await readCall({ input, init, isSignedHere });
    return isCall(call) ? answer(call, workflow, read) : passed((beneath ?? fetch)(call.input, call.init));
  };
  return Object.assign(fetchModel, { workflow });
}

/**
 * Sends a request that calls no model. Such a request is not an execution, but a report on the context waits for it. Where nothing else runs,
 * the report ends a moment later, so a call that follows at once is still in it.
 */
function passed(response: Promise<Response>): Promise<Response> {
  const around = currentContext();
  if (around !== undefined && requestOf(around) !== undefined) {
    const rest = (): Promise<void> => new Promise((end) => void around.clock.setTimer(end, LINGER_MS));
    keepReportOpen(response.then(rest, rest), around);
  }
  return response;
}

/** What the answer of a call needs to know of the options. */
type AnswerOptions = Pick<ReadFetchOptions<string>, 'operation' | 'tenantId' | 'unreadMs' | 'timeout'> & {
  readonly fallback?: unknown;
};

async function answer(call: FetchCall, workflow: FetchWorkflow, options: AnswerOptions): Promise<Response> {
  const { http, request, init } = call;
  init.signal?.throwIfAborted();
  let release = (): void => {};
  try {
    const made = callContext(call, options.tenantId);
    release = made.release;
    const response = followOutput(await workflow.execute(request, made.context), { onEnd: release });
    return await given(response, call, made.context, options);
  } catch (error) {
    release();
    init.signal?.throwIfAborted();
    return errorResponse(error, { http, isFinal: isFinal(options.fallback, workflow) });
  }
}

const DEFAULT_UNREAD_MS = 60_000;

/** The answer as its caller gets it. */
async function given(
  response: Response,
  call: FetchCall,
  { clock }: WorkflowContext,
  options: AnswerOptions,
): Promise<Response> {
  if (!(response instanceof Response)) {
    throw new TypeError(refusal(OWNER, 'what the workflow gives', response, 'a Response'));
  }
  if (!call.isStreamed && !isEventStream(response)) return whole(response);
  const flow = flowOf(response)?.flow;
  if (flow !== undefined && call.http.finish !== undefined) endAfterFinish(flow, call.http.finish, clock);
  const { operation, timeout } = options;
  const { unreadMs = Math.max(timeout?.stream?.idleMs ?? 0, DEFAULT_UNREAD_MS) } = options;
  flow?.limit({
    owner: OWNER,
    clock,
    startedAt: clock.now(),
    unref: true,
    unreadMs,
    onUnread: () => new UnreadStreamError(operation, unreadMs),
    onExpiry: () => undefined, // it has no other limit
  });
  return call.wantsUsage ? response : followOutput(response, { map: withoutUsageEvents });
}

/** Ends a stream whose reader has the complete answer and asks for nothing more, as the client of Ollama. */
function endAfterFinish(flow: Flow, finish: NonNullable<HttpDialect['finish']>, clock: Clock): void {
  const watch = new FinishWatch(finish);
  flow.add({
    onChunk(piece) {
      if (!watch.see(piece as Uint8Array)) return; // the body of a response gives nothing else
      const timer = clock.setTimer(() => flow.sourceEnded(), LINGER_MS);
      flow.add({ onEnd: () => timer.cancel() });
    },
  });
}

/** A whole answer has ended here: a caller who reads its body later, or never, keeps no place of a limit and no report open. */
async function whole(response: Response): Promise<Response> {
  if (response.body === null || wholeBodyOf(response) !== undefined) return response;
  return withBody(response, await response.arrayBuffer()) as Response; // of the class of the response
}

const AGAIN: ReadonlySet<string> = new Set(['retry', 'fallback', 'cascade']);

/** Whether a call makes further attempts, which those of an SDK would multiply. */
export function isFinal(fallback: unknown, workflow: FetchWorkflow): boolean {
  return (fallback !== undefined && fallback !== false) || triesAgain(workflow);
}

function triesAgain(primitive: WorkflowPrimitive<never, unknown>): boolean {
  return AGAIN.has(primitive.kind) || primitive.parts.some(triesAgain);
}
