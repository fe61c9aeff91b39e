import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RunningStep, WorkflowPrimitive } from 'tta-dev-primitives';
import { initializeObservability, type ObservabilityHandle } from 'tta-observability-integration';
import { capped, counter, histogram, registerTopic, topic } from 'tta-observability-integration/telemetry';
import { BUCKETS, COUNTERS, operationName, SECONDS, type Subject } from './workload.ts';

declare module 'tta-dev-primitives' {
  interface Facts {
    'scrape.operation': string;
  }
}

const OPERATION = capped('operation');
const counters = COUNTERS.map((name) => counter(name, '{event}', 'Events.', OPERATION));
const seconds = histogram(BUCKETS)(SECONDS, 's', 'Seconds.', OPERATION);

const scrapeTopic = topic({
  facts: {
    'scrape.operation': {
      dimension: 'operation',
      record(operation, recorder) {
        for (const [index, metric] of counters.entries()) recorder.add(metric, [operation], index);
        recorder.measure(seconds, [operation], 0.3);
      },
    },
  },
  metrics: { ...Object.fromEntries(counters.map((metric) => [metric.name, metric])), seconds },
});

class ScrapedPrimitive extends WorkflowPrimitive<string, void> {
  constructor() {
    super('scraped');
  }

  protected run(operation: string, _context: unknown, { note }: RunningStep): void {
    note('scrape.operation', operation);
  }
}

/** Our page, with so many operations on it. */
export async function ourTelemetry(operations: number): Promise<ObservabilityHandle> {
  const handle = await initializeObservability({ environment: 'test', maxDimensionValues: operations + 1 });
  registerTopic(scrapeTopic);
  const primitive = new ScrapedPrimitive();
  for (let index = 0; index < operations; index += 1) await primitive.execute(operationName(index));
  return handle;
}

/** What a reader gets who sends these headers. */
export function ourPage(
  { handler }: ObservabilityHandle,
  name: string,
  headers: Readonly<Record<string, string>>,
): Subject {
  return {
    name,
    scrape: () =>
      new Promise((resolve) => {
        const pieces: Buffer[] = [];
        const response = { writeHead() {}, write: (piece: Buffer) => pieces.push(piece), end: () => resolve(pieces) };
        // The handler reads nothing else of a request, and writes nothing else to a response.
        handler({ method: 'GET', headers } as unknown as IncomingMessage, response as unknown as ServerResponse);
      }),
  };
}
