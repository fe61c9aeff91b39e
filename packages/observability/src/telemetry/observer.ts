import { type Context, context } from '@opentelemetry/api';
import { type ExecutionIdentity, type NoteFact, registerObserver } from 'tta-dev-primitives';
import type { Ending, FollowingObserver } from 'tta-dev-primitives/internal';
import type { Counts } from './counts.ts';
import { ExecutionCounts } from './execution-counts.ts';
import { FactList } from './fact-list.ts';
import { legacyTopic, measureLegacy } from './legacy-metrics.ts';
import { measureProcess } from './process-metrics.ts';
import { type Recorded, Recording } from './recording.ts';
import { withRemoteParent } from './remote-parent.ts';
import { sharedRegistry } from './shared-registry.ts';
import type { Redact } from './spans/captured-content.ts';
import { ExecutionSpan, type SpanSource, type SpanStarter, type TelemetryLevel } from './spans/execution-span.ts';
import { extrasOf } from './spans/extras/index.ts';
import type { ExtraName } from './spans/extras/span-extra.ts';
import { insideOf, isOutermost } from './spans/linked-context.ts';
import type { AddToSum } from './topic.ts';

export interface TelemetryOptions {
  readonly counts: Counts;
  /** Starts the spans; without one nothing is traced. */
  readonly tracer?: SpanStarter | undefined;
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
class TelemetryObserver implements FollowingObserver {
  readonly #spans: SpanSource | undefined;
  readonly #level: TelemetryLevel;
  readonly #shared: Recorded;

  constructor({
    counts,
    tracer,
    level = 'full',
    hasExceptionMessages = false,
    extras = [],
    content,
  }: TelemetryOptions) {
    const onError = (): void => counts.countError();
    const source = { hasExceptionMessages, extras: extrasOf(extras), content, onError };
    this.#level = level;
    this.#spans = tracer && level !== 'off' ? { ...source, tracer } : undefined;
    this.#shared = {
      counts,
      executions: new ExecutionCounts(counts),
      topics: sharedRegistry,
      isTraced: this.#spans !== undefined,
      onEnd: extras.includes('legacy') ? measureLegacy : undefined,
      onError,
    };
  }

  begin(identity: ExecutionIdentity): Recording | undefined {
    const current = context.active();
    const isRoot = isOutermost(current);
    // A plain function that is the whole work of the primitive around it is counted and traced with that.
    if (identity.isOnlyWork === true && !isRoot) return undefined;
    const parent = isRoot ? withRemoteParent(current, identity.context) : current;
    const workflow = isRoot ? this.#shared.executions.begin(identity.name) : undefined;
    const facts = new FactList();
    const span = this.#startSpan(identity, facts, parent, isRoot);
    const active = span?.active ?? (isRoot ? insideOf(parent, identity) : parent);
    return new Recording(this.#shared, identity, facts, span, current, active, workflow);
  }

  async observe(identity: ExecutionIdentity, run: (note: NoteFact) => Promise<Ending>): Promise<void> {
    const recording = this.begin(identity);
    if (recording === undefined) {
      await run(() => {});
      return;
    }
    let ending: Promise<Ending> | undefined;
    const start = (): void => {
      ending = run((name, value) => recording.note(name, value));
    };
    if (recording.around === undefined) start();
    else recording.around(start);
    recording.end(await (ending as unknown as Promise<Ending>)); // `start` has set it
  }

  /** Has the topics count what no execution states. @returns the function that ends it */
  listen(): () => void {
    const add: AddToSum = (metric, labels, amount) => {
      try {
        this.#shared.counts.table.add(metric, labels, amount);
      } catch {
        this.#shared.counts.countError();
      }
    };
    const stops = this.#shared.topics.topics.map(({ listen }) => listen?.(add));
    return () => {
      for (const stop of stops) stop?.();
    };
  }

  #startSpan(
    identity: ExecutionIdentity,
    facts: FactList,
    parent: Context,
    isRoot: boolean,
  ): ExecutionSpan | undefined {
    if (this.#spans === undefined || (this.#level === 'minimal' && !isRoot)) return undefined;
    try {
      return new ExecutionSpan(this.#spans, identity, facts, this.#shared.topics.spanOf(identity.kind), parent);
    } catch {
      this.#shared.onError(); // such as a sampler of the user that throws; metrics do not depend on spans
      return undefined;
    }
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
