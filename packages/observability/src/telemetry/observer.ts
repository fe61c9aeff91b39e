import { type Context, context, type Tracer } from '@opentelemetry/api';
import { type ExecutionIdentity, type Facts, type NoteFact, type Observer, registerObserver } from 'tta-dev-primitives';
import type { Ending, FactName } from 'tta-dev-primitives/internal';
import type { Counts } from './counts.ts';
import { errorTypeOf } from './error-type.ts';
import { ExecutionCounts } from './execution-counts.ts';
import type { FactEntry, Measured } from './fact-entry.ts';
import { legacyTopic, measureLegacy } from './legacy-metrics.ts';
import { measureProcess } from './process-metrics.ts';
import { Recording } from './recording.ts';
import type { TopicRegistry } from './registry.ts';
import { withRemoteParent } from './remote-parent.ts';
import { exemplarIn } from './series/exemplar.ts';
import { sharedRegistry } from './shared-registry.ts';
import type { Redact } from './spans/captured-content.ts';
import { ExecutionSpan, type SpanSource, type TelemetryLevel } from './spans/execution-span.ts';
import { extrasOf } from './spans/extras/index.ts';
import type { ExtraName } from './spans/extras/span-extra.ts';
import { insideOf, isOutermost } from './spans/linked-context.ts';
import type { AddToSum } from './topic.ts';

export interface TelemetryOptions {
  readonly counts: Counts;
  /** Starts the spans; without one nothing is traced. */
  readonly tracer?: Pick<Tracer, 'startSpan'> | undefined;
  /** @defaultValue 'full' */
  readonly level?: TelemetryLevel | undefined;
  /** Whether the events of exceptions hold their messages and stacks, which may quote a prompt. @defaultValue false */
  readonly hasExceptionMessages?: boolean | undefined;
  /** What is added for backends that read other names than the conventions'. @defaultValue none */
  readonly extras?: readonly ExtraName[] | undefined;
  /** Captures prompts and answers; `redact` changes what is captured. @defaultValue nothing is captured */
  readonly content?: { readonly redact: Redact | undefined } | undefined;
}

/** Turns what executions state about themselves into spans and metrics, as the topics say. */
class TelemetryObserver implements Observer {
  readonly #spans: SpanSource | undefined;
  readonly #level: TelemetryLevel;
  readonly #topics: TopicRegistry = sharedRegistry;
  readonly #counts: Counts;
  readonly #executions: ExecutionCounts;

  readonly #hasLegacyMetrics: boolean;

  constructor({
    counts,
    tracer,
    level = 'full',
    hasExceptionMessages = false,
    extras = [],
    content,
  }: TelemetryOptions) {
    this.#hasLegacyMetrics = extras.includes('legacy');
    this.#counts = counts;
    this.#executions = new ExecutionCounts(counts);
    this.#level = level;
    const onError = (): void => counts.countError();
    const source = { tracer, hasExceptionMessages, extras: extrasOf(extras), content, onError };
    this.#spans = tracer && level !== 'off' ? { ...source, tracer } : undefined;
  }

  async observe(identity: ExecutionIdentity, run: (note: NoteFact) => Promise<Ending>): Promise<void> {
    const { clock } = identity.context;
    const parent = withRemoteParent(context.active(), identity.context);
    const recording = new Recording(this.#counts.table);
    const isRoot = isOutermost(parent);
    const workflow = isRoot ? this.#executions.begin(identity.name) : undefined;
    const span = this.#startSpan(identity, recording, parent);
    const active = span?.active ?? (isRoot ? insideOf(parent, identity) : parent);
    recording.active = active;
    const startedAt = clock.now();
    const note: NoteFact = (name, value) => {
      const entry = this.#topics.entryOf(name);
      span?.describe(name, value, entry);
      if (entry !== undefined) this.#record(name, value, entry, recording);
    };
    const ending = await (active === parent ? run(note) : context.with(active, () => run(note)));
    const errorType = ending.status === 'error' ? errorTypeOf(ending.error) : undefined;
    span?.end(ending, errorType);
    const seconds = (clock.now() - startedAt) / 1_000;
    this.#executions.countStep(identity.kind, ending);
    if (workflow !== undefined) this.#executions.end(workflow, ending, seconds, exemplarIn(active, seconds));
    this.#measure({ seconds, errorType: this.#capped(errorType) }, recording);
  }

  /** Has the topics count what no execution states. @returns the function that ends it */
  listen(): () => void {
    const add: AddToSum = (metric, labels, amount) => {
      try {
        this.#counts.table.add(metric, labels, amount);
      } catch {
        this.#counts.countError();
      }
    };
    const stops = this.#topics.topics.map(({ listen }) => listen?.(add));
    return () => {
      for (const stop of stops) stop?.();
    };
  }

  #startSpan(identity: ExecutionIdentity, { facts }: Recording, parent: Context): ExecutionSpan | undefined {
    if (this.#spans === undefined || (this.#level === 'minimal' && !isOutermost(parent))) return undefined;
    if (identity.isOnlyWork === true && !isOutermost(parent)) return undefined; // it would be a twin of the span around it
    return new ExecutionSpan(this.#spans, identity, facts, this.#topics.spanOf(identity.kind), parent);
  }

  #record<Name extends FactName>(name: Name, value: Facts[Name], entry: FactEntry<never>, recording: Recording): void {
    const { dimension } = entry;
    const counted = dimension === undefined ? value : this.#counts.dimensions.cap(dimension, String(value));
    recording.facts.set(name, counted as Facts[Name]);
    entry.record?.(counted as never, recording); // the entry was found under the name of the fact
  }

  #measure(measured: Measured, recording: Recording): void {
    if (this.#hasLegacyMetrics) measureLegacy(measured, recording);
    for (const [name, value] of recording.facts) {
      try {
        this.#topics.entryOf(name)?.onEnd?.(value as never, measured, recording);
      } catch {
        this.#counts.countError(); // what the other facts measure is measured all the same
      }
    }
  }

  #capped(errorType: string | undefined): string | undefined {
    return errorType === undefined ? undefined : this.#counts.dimensions.cap('error_type', errorType);
  }
}

/**
 * Has every execution traced and measured from now on.
 *
 * @returns the function that ends it; executions that are still running lose only what they state afterwards
 */
export function startTelemetry(options: TelemetryOptions): () => void {
  const { counts } = options;
  const observer = new TelemetryObserver(options);
  const readsContent = options.content !== undefined && options.tracer !== undefined;
  const unregister = registerObserver(observer, { onError: () => counts.countError(), readsContent });
  const forgetTopic = options.extras?.includes('legacy') ? sharedRegistry.register(legacyTopic) : () => {};
  const forget = observer.listen();
  const endMeasuring = measureProcess(counts.table);
  return () => {
    unregister();
    forgetTopic();
    forget();
    endMeasuring();
    counts.release();
  };
}
