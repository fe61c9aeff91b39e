import { memoryStore } from 'tta-observability-integration/primitives';
import { loopbackEndpoint } from '../endpoint.ts';
import { findingsAbout } from '../measure.ts';
import type { DemoOptions } from '../options.ts';
import { planWorkload } from '../plan.ts';
import { reportOf } from '../report.ts';
import { RequestWatch } from '../request-facts.ts';
import type { DemoRun } from '../run.ts';
import { sendAll } from '../send.ts';
import type { SentRequest } from '../sent-request.ts';
import { USUAL_STRATEGY } from '../strategy.ts';
import { chatWorkflow } from '../workflow.ts';

/** No machine is so slow that it takes an hour. */
const HOUR_MS = 3_600_000;

/**
 * Runs the demo without its times and limits: sends the workload in groups of these sizes, each group at once, after every request of the group
 * before has ended. What a later group finds does not depend on the speed of the machine.
 */
export async function sentInTurn(
  { strategy = USUAL_STRATEGY, ...options }: DemoOptions,
  sizes: readonly number[],
): Promise<DemoRun> {
  if (strategy === 'learned') throw new Error('a learned strategy needs its weights');
  const workload = await planWorkload({ ...options, strategy });
  const endpoint = await loopbackEndpoint(workload);
  const workflow = chatWorkflow({
    ...endpoint,
    strategy: { name: strategy },
    store: memoryStore({ maxBytes: 2 ** 20 }),
    limits: { timeoutMs: HOUR_MS, graceMs: HOUR_MS, idleMs: HOUR_MS },
    prompts: workload.requests.map(({ prompt }) => prompt),
  });
  const how = { signal: new AbortController().signal, watch: new RequestWatch() };
  const sent: SentRequest[] = [];
  for (const size of sizes) {
    const group = workload.requests.slice(sent.length, sent.length + size);
    sent.push(
      ...(await sendAll(
        group.map((request) => ({ ...request, atMs: 0 })),
        workflow,
        how,
      )),
    );
  }
  await endpoint.close();
  const findings = { ...findingsAbout(sent, { endpoint, workflow, durationMs: 0 }), metricsUrl: null };
  return { report: reportOf(findings), findings, workload };
}
