import type { Meter } from '@opentelemetry/api';
import { CappedDimensions } from './dimensions.ts';
import { Instruments } from './instruments.ts';
import type { TopicRegistry } from './registry.ts';
import { SeriesTable } from './series/series-table.ts';
import { sharedRegistry } from './shared-registry.ts';
import { SELF } from './topics/telemetry.ts';

export interface CountsOptions {
  /** The meter of a host, which reads everything too. */
  readonly hostMeter?: Meter | undefined;
  /** How many values a capped dimension (an operation, a route) may have before the rest is `_other`. @defaultValue 100 */
  readonly maxDimensionValues?: number | undefined;
}

/** How many series one metric may have. A histogram takes about 600 bytes for each, so a full one takes 6 MB. */
const MAX_SERIES = 10_000;

/** An SDK keeps 2,000 unless its host raises that, and past its limit it keeps the newest value instead of a sum. */
const MAX_SERIES_OF_A_HOST = 1_900;

/** Everything that telemetry counts, and the limits of it. */
export class Counts {
  readonly dimensions: CappedDimensions;
  readonly table: SeriesTable;
  readonly #instruments: Instruments | undefined;

  constructor(
    { hostMeter, maxDimensionValues = 100 }: CountsOptions = {},
    topics: Pick<TopicRegistry, 'topicOf'> = sharedRegistry,
  ) {
    const instruments = hostMeter && new Instruments(hostMeter);
    this.#instruments = instruments;
    this.dimensions = new CappedDimensions(maxDimensionValues, (dimension) =>
      this.table.add(SELF.overflow, [dimension]),
    );
    this.table = new SeriesTable({
      dimensions: this.dimensions,
      maxSeries: hostMeter === undefined ? Math.max(MAX_SERIES, maxDimensionValues + 1) : MAX_SERIES_OF_A_HOST,
      topicOf: (metric) => topics.topicOf(metric),
      onTopic: (topic) => instruments?.bind(topic, (read) => this.table.readTopic(read)),
      onMeasure: instruments && ((metric, labels, value) => instruments.record(metric, labels, value)),
      onError: () => this.countError(),
    });
    this.table.add(SELF.errors, [], 0);
  }

  /** Counts a failure of telemetry itself. */
  countError(): void {
    this.table.add(SELF.errors, []);
  }

  /** Takes everything away from the meter of the host. */
  release(): void {
    this.#instruments?.release();
  }
}
