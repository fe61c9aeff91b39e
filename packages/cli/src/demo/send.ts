import { setTimeout as sleep } from 'node:timers/promises';
import { step, WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import { isTimeoutError } from 'tta-observability-integration/primitives';
import type { PlannedRequest } from '../workload/workload.ts';
import { type ChatAnswer, readAnswer } from './answer.ts';
import { type ChatRequest, chatRequest } from './request.ts';
import type { RequestWatch } from './request-facts.ts';
import type { SentRequest } from './sent-request.ts';
import type { ChatWorkflow } from './workflow.ts';

export interface SendOptions {
  /** Stops the sending, and what is under way. */
  readonly signal: AbortSignal;
  readonly watch: RequestWatch;
  readonly onStart?: (() => void) | undefined;
  readonly onEnd?: ((sent: SentRequest) => void) | undefined;
}

/** Sends every request at its time, whatever became of the ones before, and reads every answer to its end. */
export async function sendAll(
  requests: readonly PlannedRequest[],
  workflow: ChatWorkflow,
  { signal, watch, onStart, onEnd }: SendOptions,
): Promise<readonly SentRequest[]> {
  const startedAt = performance.now();
  const underWay: Promise<SentRequest>[] = [];
  for (const request of requests) {
    const waitMs = request.atMs - (performance.now() - startedAt);
    if (waitMs > 1) await sleep(waitMs, undefined, { signal }).catch(() => {}); // woken by the signal, it is asked below
    if (signal.aborted) break;
    onStart?.();
    underWay.push(
      sendOne(request, workflow, watch, signal).then((sent) => {
        onEnd?.(sent);
        return sent;
      }),
    );
  }
  return Promise.all(underWay);
}

async function sendOne(
  request: PlannedRequest,
  { timeout }: ChatWorkflow,
  watch: RequestWatch,
  signal: AbortSignal,
): Promise<SentRequest> {
  const { context, facts } = watch.watch(
    new WorkflowContext({
      ...{ signal, workflowId: request.id },
      ...(request.tenant !== undefined && { tenantId: request.tenant }),
    }),
  );
  const sourceOf = (): SentRequest['source'] => {
    const { cacheOutcome } = facts;
    if (cacheOutcome === 'hit' || cacheOutcome === 'stale') return 'cache';
    return cacheOutcome === 'coalesced' ? 'coalesced' : 'model';
  };
  try {
    const answer = await named(request.workflow, timeout).execute(
      chatRequest(request.prompt, request.isStreamed),
      context,
    );
    const { model, usage } = await readAnswer(answer);
    return { request, outcome: 'answered', source: sourceOf(), model, usage };
  } catch (error) {
    const outcome = signal.aborted ? 'cancelled' : isTimeoutError(error) ? 'timeout' : 'failed';
    return { request, outcome, source: sourceOf(), model: undefined, usage: undefined };
  }
}

/** The same work under the name of the workflow that asks for it. */
function named(name: string | undefined, work: ChatWorkflow['timeout']): WorkflowPrimitive<ChatRequest, ChatAnswer> {
  return name === undefined ? work : step(name, (request: ChatRequest, context) => work.execute(request, context));
}
