import { asPrimitive, type RunningStep, type Step, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { type CacheOptions, checkCacheOptions } from './cache-options.ts';
import { type CacheStats, describeStats } from './cache-stats.ts';
import { Accounting } from './engine/accounting.ts';
import { Asking } from './engine/asking.ts';
import type { Execution } from './engine/execution.ts';
import { Keeping } from './engine/keeping.ts';
import { lookUp } from './engine/lookup.ts';
import { Taking } from './engine/taking.ts';
import type { Landing } from './flight/landing.ts';
import { type Flight, landing, SingleFlight } from './flight/single-flight.ts';
import { secretKey } from './key/digest.ts';
import { type CacheRequest, type RequestKeyOptions, requestKey } from './key/request-key.ts';
import { guardedStore } from './store/guard/guarded-store.ts';
import { memoryStore } from './store/memory-store.ts';
import type { CacheStore } from './store/store.ts';

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
 * its `controller` and `tee`). It is stored once it has ended completely. One stored answer serves whole and streamed requests, where
 * one can be made of the other without loss; else the step is asked.
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
  readonly #accounting: Accounting<I>;
  readonly #asking: Asking<I, O>;
  readonly #taking: Taking<I>;
  readonly #flights = new SingleFlight<Landing>();

  constructor(step: Step<I, O>, options: CacheOptions<I> = {}) {
    const {
      key,
      vary,
      scope = 'tenant',
      store = memoryStore(),
      ttlMs = 3_600_000,
      maxEntryLength = 4_194_304,
      isCacheable,
      cost,
      provider,
      prices,
      model,
      form,
      secret,
      cacheToolCalls,
      cacheRefusals,
      validate,
    } = options;
    checkCacheOptions(options);
    const primitive = asPrimitive(step);
    const operation = options.operation ?? primitive.name;
    super(operation);
    this.ttlMs = ttlMs;
    this.#step = primitive;
    this.#store = guardedStore(store);
    this.#identity = { operation, key, vary, scope, model, form, provider, secret: secretKey(secret) };
    this.#accounting = new Accounting({ cost, provider, prices });
    const keeping = new Keeping(this.#store, this.#accounting, {
      ttlMs,
      maxEntryLength,
      isCacheable,
      rules: { cacheToolCalls, cacheRefusals, validate },
    });
    this.#asking = new Asking(primitive, this.#identity, keeping);
    this.#taking = new Taking(this.#accounting);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  getStats(): CacheStats {
    return this.#accounting.read(this.name);
  }

  override toString(): string {
    return describeStats(this.getStats());
  }

  protected override async run(input: I, context: WorkflowContext, { note }: RunningStep): Promise<O> {
    note('cache.operation', this.name);
    const request = await requestKey(input, context, this.#identity);
    if (typeof request === 'string') {
      note('cache.skipped', request);
      this.#accounting.conclude('bypass', note);
      return this.#step.execute(input, context);
    }
    const execution = { input, context, note };
    const { flight, isStarter } = this.#flights.join(`${request.key.text} ${request.form}`, (own) =>
      this.#fly(own, request, execution),
    );
    const ownOutcome = isStarter ? 'miss' : flight.isDone ? 'hit' : 'coalesced'; // an answer not stored yet is a hit too
    try {
      return (await landing(flight, context, (outcome) =>
        this.#taking.take(outcome, flight, ownOutcome, execution),
      )) as O;
    } catch (error) {
      const hasLeft = context.isAborted || !flight.hasLanded; // who left before the answer has been spared nothing
      this.#accounting.conclude(hasLeft ? 'miss' : ownOutcome, note);
      throw error;
    }
  }

  /** Looks the request up, and asks the step if there is no answer. */
  async #fly(flight: Flight<Landing>, request: CacheRequest, execution: Execution<I>): Promise<Landing> {
    const stored = await lookUp(this.#store, request, execution.note);
    if (stored === undefined) return this.#asking.ask(flight, request, execution);
    flight.done();
    flight.close();
    return stored;
  }
}
