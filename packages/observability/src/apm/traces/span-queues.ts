import {
  type Attributes,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  type ObservableCallback,
  type UpDownCounter,
} from '@opentelemetry/api';
import type { SeriesTable } from '../../telemetry/series/series-table.ts';
import { LOSSES, SELF } from '../../telemetry/topics/telemetry.ts';

/** What the SDK calls a span that found its queue full; any other word is the name of an exporter's error. */
const QUEUE_FULL = 'queue_full';

const NOOP = createNoopMeter();

/**
 * Counts the spans that wait in the queues of exporters, and those that are lost there.
 *
 * The SDK says this to a meter and to nothing else. It is counted with everything else that telemetry says of itself, which needs no
 * second SDK for one counter.
 */
export class SpanQueues implements MeterProvider {
  readonly #table: SeriesTable;
  readonly #sizes = new Set<ObservableCallback>();

  constructor(table: SeriesTable) {
    this.#table = table;
    for (const reason of LOSSES) table.add(SELF.lost, [reason], 0);
    table.onRead(() => table.set(SELF.queued, [], this.#queued()));
  }

  getMeter(): Meter {
    const processed: UpDownCounter = { add: (count, attributes) => this.#count(count, attributes) };
    const queueSize = {
      addCallback: (read: ObservableCallback) => void this.#sizes.add(read),
      removeCallback: (read: ObservableCallback) => void this.#sizes.delete(read),
    };
    return Object.assign(Object.create(NOOP) as Meter, {
      createCounter: () => processed,
      createObservableUpDownCounter: () => queueSize,
    });
  }

  #count(count: number, { 'error.type': error }: Attributes = {}): void {
    if (error !== undefined) this.#table.add(SELF.lost, [error === QUEUE_FULL ? QUEUE_FULL : 'export_failed'], count);
  }

  #queued(): number {
    let queued = 0;
    for (const read of this.#sizes) {
      void read({
        observe: (size) => {
          queued += size;
        },
      });
    }
    return queued;
  }
}
