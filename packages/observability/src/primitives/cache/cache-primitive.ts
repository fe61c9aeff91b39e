import {
  asPrimitive,
  type NoteFact,
  type RunningStep,
  type Step,
  WorkflowContext,
  WorkflowPrimitive,
} from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import { summariseSavings } from '../savings-summary.ts';
import { type CacheOptions, checkCacheOptions, payloadCodecOf } from './cache-options.ts';
import { type CacheStats, describeStats } from './cache-stats.ts';
import { summariseCache } from './cache-summary.ts';
import { type CacheControl, controlOf, metadataForStep } from './control/cache-control.ts';
import { NotCachedError } from './control/not-cached-error.ts';
import { Accounting } from './engine/accounting.ts';
import { Answering } from './engine/answering.ts';
import { Asking } from './engine/asking.ts';
import { type BytesAnswer, BytesExecution } from './engine/bytes-execution.ts';
import type { Execution } from './engine/execution.ts';
import { FirstLooks } from './engine/first-looks.ts';
import { Keeping } from './engine/keeping.ts';
import { Leasing } from './engine/leasing.ts';
import { Lookup } from './engine/lookup.ts';
import { Refreshing } from './engine/refreshing.ts';
import { type KnownRequest, Requests } from './engine/requests.ts';
import { Residents } from './engine/residents.ts';
import { SealedHits } from './engine/sealed-hits.ts';
import { Serving } from './engine/serving.ts';
import { Taking } from './engine/taking.ts';
import type { CacheSkipReason } from './facts.ts';
import type { Landing } from './flight/landing.ts';
import { SingleFlight } from './flight/single-flight.ts';
import type { TtlFunction } from './freshness/lifetime.ts';
import { StaleRules } from './freshness/stale-rules.ts';
import { Generations } from './invalidation/generations.ts';
import { Invalidation } from './invalidation/invalidation.ts';
import { secretKey } from './key/digest.ts';
import { CodedStore } from './store/coded-store.ts';
import { guardedStore } from './store/guard/guarded-store.ts';
import { memoryStore } from './store/memory-store.ts';

summariseCache();
summariseSavings();

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
  protected override readonly endsWithContext = true;
  /** How long an answer is fresh at most, in milliseconds, or what tells that. */
  readonly ttlMs: number | TtlFunction<I>;
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #requests: Requests<I>;
  readonly #accounting: Accounting<I>;
  readonly #serving: Serving<I>;
  readonly #bytes: BytesExecution<I, O>;
  readonly #invalidation: Invalidation<I>;

  constructor(step: Step<I, O>, options: CacheOptions<I> = {}) {
    checkCacheOptions(options);
    const {
      key,
      vary,
      version,
      scope = 'tenant',
      ttlMs = 3_600_000,
      ttlJitter = 0.1,
      staleWhileRevalidateMs = 0,
      refreshTimeoutMs = 60_000,
      staleIfErrorMs = 0,
      staleIf,
      tags,
      lease,
      copy = 'clone',
      samples = 1,
      policy = 'all',
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
      random = Math.random,
    } = options;
    const primitive = asPrimitive(step);
    const operation = options.operation ?? primitive.name;
    super(operation);
    this.ttlMs = ttlMs;
    this.#step = primitive;
    const codec = payloadCodecOf(options);
    const guarded = guardedStore(options.store ?? memoryStore());
    const store = codec === undefined ? guarded : new CodedStore(guarded, codec);
    const flights = new SingleFlight<Landing>();
    const rules = new StaleRules({ staleWhileRevalidateMs, staleIfErrorMs }, staleIf);
    const { staleMs } = rules;
    const identity = {
      operation,
      key,
      vary: varyBy(version, vary),
      scope,
      model,
      form,
      provider,
      secret: secretKey(secret),
    };
    const isDeterministicOnly = policy === 'deterministic-only';
    const requests = new Requests({ ...identity, samples, random, tags, isDeterministicOnly });
    const accounting = new Accounting({ cost, provider, prices });
    const lifetime = { ttlMs, ttlJitter, staleMs, random };
    const judging = { isCacheable, rules: { cacheToolCalls, cacheRefusals, validate } };
    const keeping = new Keeping(store, accounting, { ...lifetime, ...judging, maxEntryLength });
    const asking = new Asking(primitive, requests, keeping);
    const generations = new Generations(store, (typeof ttlMs === 'number' ? ttlMs : 0) + staleMs);
    this.#requests = requests;
    this.#accounting = accounting;
    const refreshing = new Refreshing({ flights, asking, generations, accounting, timeoutMs: refreshTimeoutMs });
    const leasing = Leasing.in(store, lease);
    const lookup = new Lookup(store);
    const looks = new FirstLooks(lookup);
    this.#serving = new Serving({
      flights,
      residents: Residents.in(store, rules, copy),
      looks,
      sealed: new SealedHits(store, rules),
      answering: new Answering({ lookup, generations, asking, leasing, rules, refreshing }),
      refreshing,
      taking: new Taking(accounting),
      accounting,
    });
    this.#bytes = new BytesExecution(operation, (...execution) => this.#runBytes(...execution));
    this.#invalidation = new Invalidation({
      operation,
      store,
      flights,
      looks,
      requests,
      keeping,
      generations,
    });
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

  /**
   * As `execute`, for gateways: a fresh stored answer comes as the bytes of its JSON, which are not read, and counts as any hit. Of
   * a stream they are the array of its chunks. Every other answer is what `execute` gives, after one more look at the store; so is
   * every hit of a request that has tags, because their generations have to be asked for first.
   *
   * @example
   * ```ts
   * const given = await cache.executeBytes(request, context);
   * response.end(given.kind === 'stored' ? given.body : JSON.stringify(given.answer));
   * ```
   */
  executeBytes(input: I, context: WorkflowContext = new WorkflowContext()): Promise<BytesAnswer<O>> {
    return this.#bytes.execute(input, context);
  }

  /**
   * Forgets the stored answers to a request, in the scope of the context. A call for it that is under way in this process answers
   * those who wait for it, and nobody else; one in another process may still store its answer, which `tags` prevent.
   *
   * @throws StoreError when the store cannot be used: the answers may still be there
   */
  invalidate(input: I, context: WorkflowContext = new WorkflowContext()): Promise<void> {
    return this.#invalidation.byKey(input, context, 'key');
  }

  /** As `invalidate`, because an answer was bad, which is counted on its own. */
  reject(input: I, context: WorkflowContext = new WorkflowContext()): Promise<void> {
    return this.#invalidation.byKey(input, context, 'rejection');
  }

  /**
   * Makes every answer under a tag unusable, in the scope of the context, wherever it is stored and whoever is still making one. Who
   * waits for a call that is under way in another process may still be given what that one makes or had looked up.
   *
   * @throws StoreError when the store cannot be used: the answers may still be served
   * @throws TypeError if a tag is no text or empty, or if the cache has no option `tags`
   */
  async invalidateTag(
    tag: string | readonly string[],
    context: WorkflowContext = new WorkflowContext(),
  ): Promise<void> {
    await this.#invalidation.byTags(tag, context);
  }

  protected override run(input: I, context: WorkflowContext, step: RunningStep): O | Promise<O> {
    const control = this.#begin(context, step.note);
    const request = control?.noStore === true ? undefined : this.#requests.recall(input, context);
    if (request === undefined) return this.#lookUp(input, context, step, control);
    return this.#answer(request, this.#executionOf(request, input, context, step, control));
  }

  async #runBytes(input: I, context: WorkflowContext, step: RunningStep): Promise<BytesAnswer<O>> {
    const control = this.#begin(context, step.note);
    const request = await this.#know(input, context, control);
    const execution = this.#executionOf(request, input, context, step, control);
    const body = typeof request === 'string' ? undefined : await this.#serving.serveBytes(request, execution);
    if (body !== undefined) return { kind: 'stored', body };
    return { kind: 'answer', answer: await this.#answer(request, execution) };
  }

  #begin(context: WorkflowContext, note: NoteFact): CacheControl | undefined {
    note('cache.operation', this.name);
    return controlOf(context, this.name);
  }

  async #lookUp(input: I, context: WorkflowContext, step: RunningStep, control: CacheControl | undefined): Promise<O> {
    const request = await this.#know(input, context, control);
    return this.#answer(request, this.#executionOf(request, input, context, step, control));
  }

  /** The request as the store knows it, or why it is not looked up. */
  #know(
    input: I,
    context: WorkflowContext,
    control: CacheControl | undefined,
  ): KnownRequest | CacheSkipReason | Promise<KnownRequest | CacheSkipReason> {
    if (control?.noStore === true) return 'no_store';
    return this.#requests.recall(input, context) ?? this.#requests.know(input, context);
  }

  #executionOf(
    request: KnownRequest | CacheSkipReason,
    input: I,
    context: WorkflowContext,
    { note, background }: RunningStep,
    control: CacheControl | undefined,
  ): Execution<I> {
    const key = typeof request === 'string' ? undefined : request.key.text;
    return { operation: this.name, input, context, note, background, control, key };
  }

  #answer(request: KnownRequest | CacheSkipReason, execution: Execution<I>): O | Promise<O> {
    if (typeof request === 'string') return this.#bypass(request, execution);
    return this.#serving.serve(request, execution) as O | Promise<O>;
  }

  async #bypass(reason: CacheSkipReason, execution: Execution<I>): Promise<O> {
    const { operation, input, context, control } = execution;
    this.#accounting.skip(reason, execution);
    this.#accounting.conclude('bypass', execution, { skipped: reason });
    if (control?.onlyIfCached === true) throw new NotCachedError(operation);
    const metadata = metadataForStep(context);
    const own = metadata === context.metadata ? context : context.child(operation, { metadata });
    return this.#step.execute(input, own);
  }
}

function varyBy<I>(version: string | undefined, vary: unknown): unknown {
  if (version === undefined) return vary;
  return (input: I, context: WorkflowContext) => {
    const own: unknown = typeof vary === 'function' ? vary(input, context) : vary;
    ignoreRejection(own);
    return ['version', version, own];
  };
}
