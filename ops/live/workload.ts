import { setTimeout as sleep } from 'node:timers/promises';
import { initializeObservability, type SpanExporterLike } from 'tta-observability-integration';
import { modelCall } from 'tta-observability-integration/llm';
import { evaluating, maturing } from './evaluating.ts';
import {
  accounting,
  answering,
  cascading,
  ignoreInjected,
  limiting,
  recovering,
  type Scenario,
  suggesting,
  timing,
} from './scenarios.ts';
import { brokenTopicPrimitive, statedPrimitive } from './stated.ts';

/** A process under load, in which everything goes wrong now and then. */
export interface Workload {
  readonly metricsUrl: string;
  /** How many turns every scenario has done. */
  readonly turns: number;
  /** Ends the load and the page. @throws what a scenario failed with that it should not have */
  stop(): Promise<void>;
}

/** Between two turns of a scenario: load enough to see, and little enough to leave the machine alone. */
const PAUSE_MS = 40;
/** More than the scenarios have of anything, except for the types of errors. */
const MAX_VALUES = 30;

/** Sends no span, as a collector that is down. */
const refusingExporter: SpanExporterLike = {
  export: (_spans, done) => done({ code: 1, error: new Error('the collector is down') }),
  shutdown: async () => {},
};

/**
 * Starts the load and serves its metrics on loopback.
 *
 * @param port - 0 takes a free one
 */
export async function startWorkload(port = 0): Promise<Workload> {
  const telemetry = await initializeObservability({
    serviceName: 'tta-faults',
    environment: 'test',
    enablePrometheus: true,
    prometheusPort: port,
    maxDimensionValues: MAX_VALUES,
    sampleRatio: 0.1,
    traces: {
      keep: { maxTraces: 3 }, // fewer than are under way at once
      exporters: [refusingExporter],
    },
  });
  const { metricsUrl } = telemetry;
  if (metricsUrl === null) throw new Error(telemetry.problems.map(({ message }) => message).join('; '));
  const account = accounting();
  const scenarios: readonly Scenario[] = [
    answering(),
    suggesting(),
    timing(),
    cascading(),
    recovering(),
    limiting(),
    account.run,
    evaluating(),
    await maturing(),
    embedding(),
    stated(),
    overflowing(),
  ];
  const ending = new AbortController();
  const turns = scenarios.map(() => 0);
  const running = Promise.all(
    scenarios.map(async (scenario, index) => {
      for (let turn = 0; !ending.signal.aborted; turn += 1) {
        await scenario(turn).catch(ignoreInjected);
        turns[index] = turn + 1;
        await sleep(PAUSE_MS);
      }
    }),
  );
  return {
    metricsUrl,
    get turns() {
      return Math.min(...turns);
    },
    async stop() {
      ending.abort();
      await running.finally(async () => {
        await account.close();
        await telemetry.shutdown();
      });
    },
  };
}

/** What takes hours, and a topic with a bug. */
function stated(): Scenario {
  const rare = statedPrimitive();
  const broken = brokenTopicPrimitive();
  return (turn) => Promise.all([rare.execute(turn), turn % 10 === 0 ? broken.execute(turn) : undefined]);
}

/** Calls of an embedding model. */
function embedding(): Scenario {
  const vectors = modelCall(
    async (_input: { readonly model: string; readonly input: string }) => ({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 8, total_tokens: 8 },
    }),
    { provider: 'openai', model: 'text-embedding-3-small' },
  );
  return () => vectors.execute({ model: 'text-embedding-3-small', input: 'a question' });
}

/** A provider whose errors have a name of their own each time, which fills the dimension of their types. */
function overflowing(): Scenario {
  let calls = 0;
  const call = modelCall(
    () => {
      calls += 1;
      throw Object.assign(new Error('never the same'), { name: `Error${calls}` });
    },
    { provider: 'openai', model: 'gpt-4o-mini' },
  );
  return () => call.execute(undefined);
}
