import type { Io } from '../output/io.ts';
import type { Workload } from '../workload/workload.ts';
import type { Endpoint } from './endpoint.ts';
import { type ProgressState, showProgress } from './progress.ts';
import type { Findings } from './report.ts';
import { RequestWatch, type StoreProblem } from './request-facts.ts';
import { sendAll } from './send.ts';
import type { SentRequest } from './sent-request.ts';
import { spendReportFor } from './spend-report.ts';
import { openStore } from './store.ts';
import type { ReadyStrategy } from './strategy.ts';
import { type ChatWorkflow, chatWorkflow } from './workflow.ts';

export interface Measurement {
  readonly findings: Omit<Findings, 'metricsUrl'>;
  /** Undefined if the store could always be used. */
  readonly storeProblem: StoreProblem | undefined;
}

export interface MeasureOptions {
  readonly strategy: ReadyStrategy;
  /** Undefined to cache in memory. */
  readonly redisUrl: string | undefined;
}

/** Sends a workload to an endpoint, closes the endpoint, and finds out what it all cost. */
export async function measure(
  workload: Workload,
  endpoint: Endpoint,
  options: MeasureOptions,
  io: Io,
): Promise<Measurement> {
  const watch = new RequestWatch();
  const findings = await findingsOf(workload, endpoint, watch, options, io);
  return { findings, storeProblem: watch.storeProblem };
}

async function findingsOf(
  workload: Workload,
  endpoint: Endpoint,
  watch: RequestWatch,
  { redisUrl, strategy }: MeasureOptions,
  io: Io,
): Promise<Measurement['findings']> {
  const store = await openStore(redisUrl, io);
  const prompts = workload.requests.map(({ prompt }) => prompt);
  const workflow = chatWorkflow({ ...endpoint, strategy, store, limits: workload.limits, prompts });
  const startedAt = performance.now();
  const sent = await sendWithProgress(workload, workflow, endpoint, watch, io).finally(async () => {
    await endpoint.close();
    await store.close();
  });
  return findingsAbout(sent, { endpoint, workflow, durationMs: performance.now() - startedAt });
}

export interface SentWith {
  readonly endpoint: Endpoint;
  readonly workflow: ChatWorkflow;
  /** How long the sending took. */
  readonly durationMs: number;
}

/** What requests have cost, and what their workflow and their endpoint counted. */
export function findingsAbout(
  sent: readonly SentRequest[],
  { endpoint, workflow, durationMs }: SentWith,
): Measurement['findings'] {
  const spendByModel = endpoint.spendByModel ?? spendSeenBy(workflow);
  return {
    sent,
    account: spendReportFor({ ...endpoint, sent, spendByModel, callsUsd: workflow.answering.callsUsd }),
    spendByModel,
    routes: workflow.answering.routes(),
    strategy: workflow.answering.describe(),
    cache: workflow.cache.getStats(),
    timeout: workflow.timeout.getStats(),
    durationMs,
  };
}

async function sendWithProgress(
  { requests }: Workload,
  workflow: ChatWorkflow,
  endpoint: Endpoint,
  watch: RequestWatch,
  { stderr, interrupted }: Io,
): Promise<readonly SentRequest[]> {
  const counts = { sent: 0, errors: 0, timeouts: 0 };
  const ended: SentRequest[] = [];
  const state = (): ProgressState => {
    const spendByModel = endpoint.spendByModel ?? spendSeenBy(workflow);
    const { spendUsd, savedUsd, unpriced } = spendReportFor({
      ...endpoint,
      sent: ended,
      spendByModel,
      callsUsd: workflow.answering.callsUsd,
    });
    return {
      ...counts,
      ended: ended.length,
      planned: requests.length,
      hitRate: workflow.cache.getStats().hitRate,
      spendUsd,
      savedUsd: unpriced === 0 ? savedUsd : null,
    };
  };
  const progress = showProgress(stderr, state);
  try {
    return await sendAll(requests, workflow, {
      signal: interrupted,
      watch,
      onStart() {
        counts.sent += 1;
      },
      onEnd(request) {
        ended.push(request);
        if (request.outcome === 'failed') counts.errors += 1;
        if (request.outcome === 'timeout') counts.timeouts += 1;
      },
    });
  } finally {
    progress.stop();
  }
}

/** The cost of the answers that came back, for an endpoint that does not tell what it charges. */
function spendSeenBy({ answering }: ChatWorkflow): ReadonlyMap<string, number> {
  return new Map(Object.entries(answering.routes()).map(([name, { costUsd }]) => [name, costUsd]));
}
