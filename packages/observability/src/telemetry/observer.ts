import { context, type Meter, type Tracer } from '@opentelemetry/api';
import { type ExecutionIdentity, type Facts, type NoteFact, type Observer, registerObserver } from 'tta-dev-primitives';
import type { Ending, FactName } from 'tta-dev-primitives/internal';
import { entryOf, METRICS, type Measured, RATES, SELF } from './catalogue.ts';
import { CappedDimensions } from './dimensions.ts';
import { errorTypeOf } from './error-type.ts';
import { Instruments } from './instruments.ts';
import { Recording } from './recording.ts';
import { describeFact, endSpan, startSpan, type TelemetryLevel } from './spans.ts';
import { Sums } from './sums.ts';

export interface TelemetryOptions {
  /** Starts the spans; without one nothing is traced. */
  readonly tracer?: Tracer | undefined;
  /** Where the metrics are read: one meter per reader that is to see them. */
  readonly meters: readonly Meter[];
  /** @defaultValue 'full' */
  readonly level?: TelemetryLevel | undefined;
  /** How many values an open dimension (an operation, a route) may have before the rest is `_other`. @defaultValue 100 */
  readonly maxDimensionValues?: number | undefined;
}

/** Turns what executions state about themselves into spans and metrics, as the catalogue says. */
class TelemetryObserver implements Observer {
  readonly #tracer: Tracer | undefined;
  readonly #level: TelemetryLevel;
  readonly #sums = new Sums();
  readonly #instruments: Instruments;
  readonly #dimensions: CappedDimensions;

  constructor({ tracer, meters, level = 'full', maxDimensionValues = 100 }: TelemetryOptions) {
    this.#tracer = tracer;
    this.#level = level;
    this.#instruments = new Instruments(meters, METRICS, RATES, this.#sums);
    this.#dimensions = new CappedDimensions(maxDimensionValues, (dimension) =>
      this.#sums.add(SELF.overflow, [dimension]),
    );
    this.#sums.add(SELF.errors, [], 0);
  }

  async observe(identity: ExecutionIdentity, run: (note: NoteFact) => Promise<Ending>): Promise<void> {
    const { clock } = identity.context;
    const parent = context.active();
    const { active, span } =
      this.#tracer === undefined || this.#level === 'off'
        ? { active: parent, span: undefined }
        : startSpan(this.#tracer, this.#level, identity, parent);
    const recording = new Recording(this.#sums, this.#instruments);
    const startedAt = clock.now();
    const note: NoteFact = (name, value) => {
      if (span !== undefined) describeFact(span, identity.kind, name, value, recording.facts);
      this.#record(name, value, recording);
    };
    const ending = await (active === parent ? run(note) : context.with(active, () => run(note)));
    const errorType = ending.status === 'error' ? errorTypeOf(ending.error) : undefined;
    if (span !== undefined) endSpan(span, ending, errorType);
    measure({ seconds: (clock.now() - startedAt) / 1_000, errorType: this.#capped(errorType) }, recording);
  }

  /** Counts a failure of telemetry itself. */
  countError(): void {
    this.#sums.add(SELF.errors, []);
  }

  release(): void {
    this.#instruments.release();
  }

  #record<Name extends FactName>(name: Name, value: Facts[Name], recording: Recording): void {
    const entry = entryOf(name);
    if (entry === undefined) return;
    const { dimension } = entry;
    const counted = (dimension === undefined ? value : this.#dimensions.cap(dimension, String(value))) as Facts[Name];
    recording.facts.set(name, counted);
    entry.record?.(counted, recording);
  }

  #capped(errorType: string | undefined): string | undefined {
    return errorType === undefined ? undefined : this.#dimensions.cap('error_type', errorType);
  }
}

function measure(measured: Measured, recording: Recording): void {
  // A cast, because the type does not remember that each value was stated under this very name.
  for (const [name, value] of recording.facts) entryOf(name)?.onEnd?.(value as never, measured, recording);
}

/**
 * Has every execution traced and measured from now on.
 *
 * @returns the function that ends it; executions that are still running lose only what they state afterwards
 */
export function startTelemetry(options: TelemetryOptions): () => void {
  const observer = new TelemetryObserver(options);
  const unregister = registerObserver(observer, { onError: () => observer.countError() });
  return () => {
    unregister();
    observer.release();
  };
}
