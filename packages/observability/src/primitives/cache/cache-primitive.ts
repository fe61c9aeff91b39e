import {
  asPrimitive,
  isStream,
  type NoteFact,
  type RunningStep,
  type Step,
  type WorkflowContext,
  WorkflowPrimitive,
} from 'tta-dev-primitives';
import { modelOf, usageOf } from '../../llm/usage.ts';
import { ignoreRejection } from '../ignore-rejection.ts';
import { answerCost, type PricingOptions } from './answer-cost.ts';
import { type CacheOptions, checkCacheOptions } from './cache-options.ts';
import { type CacheStats, CacheTally, describeStats } from './cache-stats.ts';
import { type CacheableAnswer, judge } from './entry/cacheability.ts';
import { type AnswerForm, ageOf, openEnvelope, sealEnvelope } from './entry/envelope.ts';
import { Copies, losslessJson } from './entry/payload.ts';
import type { CacheOutcome, CacheSkipReason, CacheTier } from './facts.ts';
import type { Landing, Making } from './flight/landing.ts';
import { replay, SharedStream } from './flight/shared-stream.ts';
import { type Flight, landing, SingleFlight } from './flight/single-flight.ts';
import { type CacheRequest, type RequestKeyOptions, requestKey } from './key/request-key.ts';
import { guardedStore } from './store/guard/guarded-store.ts';
import { memoryStore } from './store/memory-store.ts';
import type { CacheStore } from './store/store.ts';

/** One execution, as far as the cache is concerned. */
interface Execution<I> {
  readonly input: I;
  readonly context: WorkflowContext;
  readonly note: NoteFact;
}

/** How an execution counts when the answer comes from the step. */
type OwnOutcome = 'miss' | 'coalesced' | 'hit';

const SOURCES = { hit: 'cache', coalesced: 'coalesced' } as const;

const UNKNOWN_MAKING: Making = { usage: undefined, model: undefined };

/**
 * Answers repeated requests from a store, with the money that saves.
 *
 * A request is known by everything that decides its answer and by the scope of its caller, as a digest: no prompt is in a key,
 * a log or a metric. Requests made at the same time share one call of the step: its answer, its stream or its error. Each of them
 * keeps its own cancellation; the step is cancelled when the last of them has left. An answer that a model cut short, that failed,
 * that is empty, asks for a tool, or answers an input that was changed meanwhile is given to those who wait for it and not stored.
 *
 * Whatever the store does, the caller gets an answer or the step's own error. A hit is a copy that its caller may change.
 *
 * A stream comes out as an async iterable, or as a `ReadableStream` if it was one; not as the class it was (openai's `Stream` loses
 * its `controller` and `tee`). It is stored once it has ended completely. Streams and whole answers are kept apart: the chunks of
 * one cannot be told from the other without loss.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const ask = (request: Request, { signal }: WorkflowContext) => openai.chat.completions.create(request, { signal });
 * const cached = new CachePrimitive(ask, { operation: 'chat', vary: openai.baseURL });
 * await cached.execute({ model: 'gpt-4o-mini', messages }, new WorkflowContext({ tenantId: 'acme' }));
 * ```
 */
export class CachePrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'cache';
  /** How long an answer is fresh, in milliseconds. */
  readonly ttlMs: number;
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #store: CacheStore;
  readonly #identity: RequestKeyOptions<I>;
  readonly #pricing: PricingOptions<I>;
  readonly #maxEntryLength: number;
  readonly #isCacheable: CacheOptions<I>['isCacheable'];
  readonly #flights = new SingleFlight<Landing>();
  readonly #tally = new CacheTally();

  constructor(step: Step<I, O>, options: CacheOptions<I> = {}) {
    const {
      key,
      vary,
      scope = 'tenant',
      store = memoryStore(),
      ttlMs = 3_600_000,
      maxEntryLength = 4_194_304,
    } = options;
    checkCacheOptions(options);
    const primitive = asPrimitive(step);
    const operation = options.operation ?? primitive.name;
    super(operation);
    this.ttlMs = ttlMs;
    this.#step = primitive;
    this.#store = guardedStore(store);
    this.#identity = { operation, key, vary, scope };
    this.#pricing = { cost: options.cost, provider: options.provider, prices: options.prices };
    this.#maxEntryLength = maxEntryLength;
    this.#isCacheable = options.isCacheable;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  getStats(): CacheStats {
    return this.#tally.read(this.name);
  }

  override toString(): string {
    return describeStats(this.getStats());
  }

  protected override async run(input: I, context: WorkflowContext, { note }: RunningStep): Promise<O> {
    note('cache.operation', this.name);
    const request = await requestKey(input, context, this.#identity);
    if (typeof request === 'string') {
      note('cache.skipped', request);
      this.#conclude('bypass', note);
      return this.#step.execute(input, context);
    }
    const execution = { input, context, note };
    const { flight, isStarter } = this.#flights.join(request.key.text, (own) => this.#fly(own, request, execution));
    const ownOutcome = isStarter ? 'miss' : flight.isDone ? 'hit' : 'coalesced'; // an answer not stored yet is a hit too
    try {
      return (await landing(flight, context, (outcome) => this.#take(outcome, flight, ownOutcome, execution))) as O;
    } catch (error) {
      const hasLeft = context.isAborted || !flight.hasLanded; // who left before the answer has been spared nothing
      this.#conclude(hasLeft ? 'miss' : ownOutcome, note);
      throw error;
    }
  }

  /** Looks the request up, and asks the step if there is no answer. */
  async #fly(flight: Flight<Landing>, request: CacheRequest, execution: Execution<I>): Promise<Landing> {
    const stored = await this.#lookUp(request, execution);
    if (stored !== undefined) {
      flight.done();
      flight.close();
      return stored;
    }
    const { input, context, note } = execution;
    try {
      if (await this.#isChanged(request, execution)) flight.forbidKeeping();
      const output = await this.#step.execute(input, context.detach(this.name, { signal: flight.signal }));
      return isStream(output)
        ? this.#share(output, flight, request, execution)
        : this.#landValue(output, flight, request, execution);
    } catch (error) {
      if (!flight.signal.aborted) note('cache.skipped', 'error');
      throw error;
    }
  }

  /** Whether the input was changed while it was looked up, by a caller who goes on with it without waiting. */
  async #isChanged({ key }: CacheRequest, { input, context }: Execution<I>): Promise<boolean> {
    const present = await requestKey(input, context, this.#identity);
    return typeof present === 'string' || present.key.digest !== key.digest;
  }

  async #lookUp({ key, model }: CacheRequest, { note }: Execution<I>): Promise<Landing | undefined> {
    let tier: CacheTier | undefined;
    const listen: NoteFact = (name, value) => {
      if (name === 'cache.tier') tier = value as CacheTier;
      else note(name, value);
    };
    const text = await this.#store.get(key.text, listen).catch(() => undefined); // the store has stated its failure
    if (text === undefined) return undefined;
    const envelope = openEnvelope(text, { digest: key.digest, scopeHash: key.scopeHash, model });
    const copies = envelope && readCopies(envelope.payload, envelope.form);
    if (envelope !== undefined && copies !== undefined) return { kind: 'stored', envelope, copies, tier };
    note('cache.corrupt', true);
    this.#store.delete(key.text, note).catch(() => {}); // the store has stated its failure, and the next answer replaces the entry
    return undefined;
  }

  #landValue(output: O, flight: Flight<Landing>, request: CacheRequest, execution: Execution<I>): Landing {
    flight.done();
    const text = losslessJson(output);
    const making = makingOf(output);
    this.#keep(text, 'value', judge(execution.input, output, false), making, flight, request, execution);
    return { kind: 'value', copies: new Copies(output, text), making };
  }

  #share(
    output: AsyncIterable<unknown> | ReadableStream<unknown>,
    flight: Flight<Landing>,
    request: CacheRequest,
    execution: Execution<I>,
  ): Landing {
    let making = UNKNOWN_MAKING;
    const stream = new SharedStream(output, {
      maxRecorded: this.#maxEntryLength,
      onUnrecordable: (reason) => {
        execution.note('cache.skipped', reason);
        flight.close();
      },
      onEnd: (end) => {
        flight.done();
        const text = stream.recording();
        if (text === undefined) {
          if (end.kind !== 'complete') execution.note('cache.skipped', 'interrupted');
          flight.close();
          return;
        }
        const chunks: unknown = JSON.parse(text);
        making = makingOf(chunks);
        this.#keep(text, stream.form, judge(execution.input, chunks, true), making, flight, request, execution);
      },
    });
    flight.signal.addEventListener('abort', () => stream.cancel(flight.signal.reason), { once: true });
    if (flight.signal.aborted) stream.cancel(flight.signal.reason);
    return { kind: 'stream', stream, making: () => making };
  }

  /** Stores an answer off everybody's path; until it can be looked up, its flight can be joined. */
  #keep(
    payload: string | undefined,
    form: AnswerForm,
    answer: CacheableAnswer<I>,
    making: Making,
    flight: Flight<Landing>,
    { key, model }: CacheRequest,
    { context, note }: Execution<I>,
  ): void {
    const objection = flight.mayBeKept ? this.#objection(payload, answer, context) : 'changed';
    if (objection !== undefined || payload === undefined) {
      note('cache.skipped', objection ?? 'unserializable');
      flight.close();
      return;
    }
    const createdAtMs = context.clock.epochMs();
    const { digest, scopeHash } = key;
    const envelope = sealEnvelope({
      digest,
      scopeHash,
      model,
      form,
      createdAtMs,
      ttlMs: this.ttlMs,
      usage: making.usage,
      answeredBy: making.model,
      costUsd: answerCost({ input: answer.input, ...making }, this.#pricing, createdAtMs),
      payload,
    });
    const close = (): void => flight.close(); // also when it fails, which the store has stated
    this.#store.set(key.text, envelope, this.ttlMs, note).then(close, close);
  }

  #objection(
    payload: string | undefined,
    answer: CacheableAnswer<I>,
    context: WorkflowContext,
  ): CacheSkipReason | undefined {
    if (answer.output === undefined) return 'empty';
    if (payload === undefined) return 'unserializable';
    if (payload.length > this.#maxEntryLength) return 'too_large';
    if (this.#isCacheable === undefined) return answer.objection;
    try {
      const verdict: unknown = this.#isCacheable(answer, context);
      ignoreRejection(verdict);
      return verdict === true ? undefined : (answer.objection ?? 'policy'); // a promise of a verdict is none
    } catch {
      return 'policy'; // a rule that fails decides nothing, so nothing is stored; the caller has the answer
    }
  }

  /** Makes one execution's own output of the common outcome, and counts it. */
  #take(outcome: Landing, flight: Flight<Landing>, ownOutcome: OwnOutcome, execution: Execution<I>): unknown {
    const { context, note } = execution;
    if (outcome.kind === 'stored') {
      const { envelope, copies, tier } = outcome;
      this.#conclude('hit', note);
      if (tier !== undefined) note('cache.tier', tier);
      note('cache.ageMs', ageOf(envelope, context.clock.epochMs()));
      this.#save({ usage: envelope.usage, model: envelope.answeredBy }, 'cache', execution);
      return envelope.form === 'value' ? copies.takeUnpaid() : replay(envelope.form, copies.take() as unknown[]);
    }
    this.#conclude(ownOutcome, note);
    if (outcome.kind === 'value') {
      if (ownOutcome === 'miss') return outcome.copies.take();
      this.#save(outcome.making, SOURCES[ownOutcome], execution);
      return outcome.copies.takeUnpaid();
    }
    let forgetAbort = (): void => {};
    const { stream, fail } = outcome.stream.open(ownOutcome === 'miss', (end) => {
      forgetAbort();
      if (end.kind === 'complete' && ownOutcome !== 'miss')
        this.#save(outcome.making(), SOURCES[ownOutcome], execution);
      flight.leave(
        end.kind === 'failed' ? end.error : new DOMException('every reader has left the stream', 'AbortError'),
      );
    });
    forgetAbort = context.onAbort(fail);
    return stream;
  }

  #save(making: Making, source: 'cache' | 'coalesced', { input, context, note }: Execution<I>): void {
    const usd = answerCost({ input, ...making }, this.#pricing, context.clock.epochMs());
    if (usd === undefined) {
      note('cache.unpriced', true);
      return;
    }
    this.#tally.save(usd);
    note('cache.savedUsd', { usd, source });
  }

  #conclude(outcome: CacheOutcome, note: NoteFact): void {
    this.#tally.count(outcome);
    note('cache.outcome', outcome);
  }
}

function makingOf(output: unknown): Making {
  return { usage: usageOf(output), model: modelOf(output) };
}

/** The answer in an envelope, or undefined if it cannot be read. */
function readCopies(payload: string, form: AnswerForm): Copies | undefined {
  try {
    const answer: unknown = JSON.parse(payload);
    return form === 'value' || Array.isArray(answer) ? new Copies(answer, payload) : undefined;
  } catch {
    return undefined;
  }
}
