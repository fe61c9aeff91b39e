import { type Context, context, type Meter, type Tracer } from '@opentelemetry/api';
import { type ExecutionIdentity, type Facts, type NoteFact, type Observer, registerObserver } from 'tta-dev-primitives';
import type { Ending, FactName } from 'tta-dev-primitives/internal';
import { CappedDimensions } from './dimensions.ts';
import { errorTypeOf } from './error-type.ts';
import type { FactEntry, Measured } from './fact-entry.ts';
import { Instruments } from './instruments.ts';
import type { Metric } from './metric.ts';
import { Recording } from './recording.ts';
import type { TopicRegistry } from './registry.ts';
import { sharedRegistry } from './shared-registry.ts';
import { ExecutionSpan, isOutermost, type SpanSource, type TelemetryLevel } from './spans.ts';
import { Sums } from './sums.ts';
import type { AddToSum } from './topic.ts';
import { SELF, telemetryTopic } from './topics/telemetry.ts';

export interface TelemetryOptions {
  /** Starts the spans; without one nothing is traced. */
  readonly tracer?: Tracer | undefined;
  /** Where the metrics are read: one meter per reader that is to see them. */
  readonly meters: readonly Meter[];
  /** @defaultValue 'full' */
  readonly level?: TelemetryLevel | undefined;
  /** How many values a capped dimension (an operation, a route) may have before the rest is `_other`. @defaultValue 100 */
  readonly maxDimensionValues?: number | undefined;
}

/**
 * How many series one metric may have. An SDK keeps 2,000 unless it is told otherwise; past its limit it keeps the newest value instead of
 * a sum, so the limit here is lower.
 */
export function maxSeriesFor(maxDimensionValues: number): number {
  return Math.max(1_900, maxDimensionValues + 1);
}

/** Turns what executions state about themselves into spans and metrics, as the topics say. */
class TelemetryObserver implements Observer {
  readonly #spans: SpanSource | undefined;
  readonly #level: TelemetryLevel;
  readonly #topics: TopicRegistry = sharedRegistry;
  readonly #sums: Sums;
  readonly #instruments: Instruments;
  readonly #dimensions: CappedDimensions;

  constructor({ tracer, meters, level = 'full', maxDimensionValues = 100 }: TelemetryOptions) {
    this.#level = level;
    this.#spans = tracer && level !== 'off' ? { tracer, onError: () => this.countError() } : undefined;
    this.#instruments = new Instruments(meters);
    this.#dimensions = new CappedDimensions(maxDimensionValues, (dimension) =>
      this.#sums.add(SELF.overflow, [dimension]),
    );
    this.#sums = new Sums(this.#dimensions, maxSeriesFor(maxDimensionValues), (metric) => this.#bindTopicOf(metric));
    this.#instruments.bind(telemetryTopic, this.#sums);
    this.#sums.add(SELF.errors, [], 0);
  }

  async observe(identity: ExecutionIdentity, run: (note: NoteFact) => Promise<Ending>): Promise<void> {
    const { clock } = identity.context;
    const parent = context.active();
    const recording = new Recording(this.#sums, this.#instruments);
    const span = this.#startSpan(identity, recording, parent);
    const startedAt = clock.now();
    const note: NoteFact = (name, value) => {
      const entry = this.#topics.entryOf(name);
      span?.describe(name, value, entry);
      if (entry !== undefined) this.#record(name, value, entry, recording);
    };
    const ending = await (span === undefined ? run(note) : context.with(span.active, () => run(note)));
    const errorType = ending.status === 'error' ? errorTypeOf(ending.error) : undefined;
    span?.end(ending, errorType);
    this.#measure({ seconds: (clock.now() - startedAt) / 1_000, errorType: this.#capped(errorType) }, recording);
  }

  /** Has the topics count what no execution states. @returns the function that ends it */
  listen(): () => void {
    const add: AddToSum = (metric, labels, amount) => {
      try {
        this.#sums.add(metric, labels, amount);
      } catch {
        this.countError();
      }
    };
    const stops = this.#topics.topics.map(({ listen }) => listen?.(add));
    return () => {
      for (const stop of stops) stop?.();
    };
  }

  /** Counts a failure of telemetry itself. */
  countError(): void {
    this.#sums.add(SELF.errors, []);
  }

  release(): void {
    this.#instruments.release();
  }

  #startSpan(identity: ExecutionIdentity, { facts }: Recording, parent: Context): ExecutionSpan | undefined {
    if (this.#spans === undefined || (this.#level === 'minimal' && !isOutermost(parent))) return undefined;
    return new ExecutionSpan(this.#spans, identity, facts, this.#topics.spanOf(identity.kind), parent);
  }

  #record<Name extends FactName>(name: Name, value: Facts[Name], entry: FactEntry<never>, recording: Recording): void {
    const { dimension } = entry;
    const counted = dimension === undefined ? value : this.#dimensions.cap(dimension, String(value));
    recording.facts.set(name, counted as Facts[Name]);
    entry.record?.(counted as never, recording); // the entry was found under the name of the fact
  }

  #measure(measured: Measured, recording: Recording): void {
    for (const [name, value] of recording.facts) {
      try {
        this.#topics.entryOf(name)?.onEnd?.(value as never, measured, recording);
      } catch {
        this.countError(); // what the other facts measure is measured all the same
      }
    }
  }

  #capped(errorType: string | undefined): string | undefined {
    return errorType === undefined ? undefined : this.#dimensions.cap('error_type', errorType);
  }

  #bindTopicOf(metric: Metric): void {
    if (this.#instruments.has(metric)) return;
    const topic = this.#topics.topicOf(metric);
    if (topic === undefined) throw new RangeError(`${metric.name} is in the metrics of no registered topic`);
    this.#instruments.bind(topic, this.#sums);
  }
}

/**
 * Has every execution traced and measured from now on.
 *
 * @returns the function that ends it; executions that are still running lose only what they state afterwards
 */
export function startTelemetry(options: TelemetryOptions): () => void {
  const observer = new TelemetryObserver(options);
  const unregister = registerObserver(observer, { onError: () => observer.countError() });
  const forget = observer.listen();
  return () => {
    unregister();
    forget();
    observer.release();
  };
}
