import {
  asPrimitive,
  type NoteFact,
  type RunningStep,
  type Step,
  WorkflowContext,
  WorkflowPrimitive,
} from 'tta-dev-primitives';
import { ignoreRejection } from '../ignore-rejection.ts';
import { type CacheOptions, checkCacheOptions, payloadCodecOf } from './cache-options.ts';
import { type CacheStats, describeStats } from './cache-stats.ts';
import { type CacheControl, controlOf, isDemanding, metadataForStep } from './control/cache-control.ts';
import { NotCachedError } from './control/not-cached-error.ts';
import { Accounting } from './engine/accounting.ts';
import { Answering, type Seen } from './engine/answering.ts';
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
import { Taking } from './engine/taking.ts';
import type { CacheSkipReason } from './facts.ts';
import type { Landing, StoredAnswer } from './flight/landing.ts';
import { landing, waiting } from './flight/passenger.ts';
import { type Flight, SingleFlight } from './flight/single-flight.ts';
import type { TtlFunction } from './freshness/lifetime.ts';
import { StaleRules } from './freshness/stale-rules.ts';
import { Generations } from './invalidation/generations.ts';
import { Invalidation } from './invalidation/invalidation.ts';
import { secretKey } from './key/digest.ts';
import { CodedStore } from './store/coded-store.ts';
import { guardedStore } from './store/guard/guarded-store.ts';
import { memoryStore } from './store/memory-store.ts';

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
  /** How long an answer is fresh at most, in milliseconds, or what tells that. */
  readonly ttlMs: number | TtlFunction<I>;
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #requests: Requests<I>;
  readonly #accounting: Accounting<I>;
  readonly #answering: Answering<I>;
  readonly #refreshing: Refreshing<I>;
  readonly #taking: Taking<I>;
  readonly #bytes: BytesExecution<I, O>;
  readonly #residents: Residents | undefined;
  readonly #looks: FirstLooks;
  readonly #invalidation: Invalidation<I>;
  readonly #flights = new SingleFlight<Landing>();

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
    const flights = this.#flights;
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
    this.#refreshing = new Refreshing({ flights, asking, generations, accounting, timeoutMs: refreshTimeoutMs });
    const leasing = Leasing.in(store, lease);
    const lookup = new Lookup(store);
    this.#looks = new FirstLooks(lookup);
    this.#answering = new Answering({ lookup, generations, asking, leasing, rules, refreshing: this.#refreshing });
    this.#taking = new Taking(accounting);
    const sealed = new SealedHits<I>(store, rules, this.#taking);
    this.#bytes = new BytesExecution(operation, (...execution) => this.#runBytes(sealed, ...execution));
    this.#residents = Residents.in(store, rules, copy);
    this.#invalidation = new Invalidation({
      operation,
      store,
      flights,
      looks: this.#looks,
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
   * a stream they are the array of its chunks. Every other answer is what `execute` gives, after one more look at the store.
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
   * Makes every answer under a tag unusable, in the scope of the context, wherever it is stored and whoever is still making one.
   *
   * @throws StoreError when the store cannot be used: the answers may still be served
   */
  invalidateTag(tag: string | readonly string[], context: WorkflowContext = new WorkflowContext()): Promise<void> {
    return this.#invalidation.byTags(typeof tag === 'string' ? [tag] : tag, context);
  }

  protected override run(input: I, context: WorkflowContext, { note }: RunningStep): O | Promise<O> {
    const operation = this.name;
    note('cache.operation', operation);
    const control = controlOf(context, operation);
    const request = control?.noStore === true ? undefined : this.#requests.recall(input, context);
    if (request === undefined) return this.#lookUp(input, context, note, control);
    return this.#serve(request, { operation, input, context, note, control, key: request.key.text });
  }

  async #runBytes(
    sealed: SealedHits<I>,
    input: I,
    context: WorkflowContext,
    { note }: RunningStep,
  ): Promise<BytesAnswer<O>> {
    const operation = this.name;
    note('cache.operation', operation);
    const control = controlOf(context, operation);
    const request = isDemanding(control) ? undefined : await this.#know(input, context);
    if (typeof request === 'object') {
      const body = await sealed.take(request, { operation, input, context, note, control, key: request.key.text });
      if (body !== undefined) return { kind: 'stored', body };
    }
    return { kind: 'answer', answer: await this.#lookUp(input, context, note, control) };
  }

  #know(input: I, context: WorkflowContext): KnownRequest | Promise<KnownRequest | CacheSkipReason> {
    return this.#requests.recall(input, context) ?? this.#requests.know(input, context);
  }

  async #lookUp(input: I, context: WorkflowContext, note: NoteFact, control: CacheControl | undefined): Promise<O> {
    const operation = this.name;
    const request = control?.noStore === true ? 'no_store' : await this.#know(input, context);
    if (typeof request === 'string') {
      return this.#bypass(request, { operation, input, context, note, control, key: undefined });
    }
    return this.#serve(request, { operation, input, context, note, control, key: request.key.text });
  }

  /** No async function: on the way of every hit each turn of the queue counts. */
  #serve(request: KnownRequest, execution: Execution<I>): O | Promise<O> {
    const { context, control, note } = execution;
    const { tagKeys, flightKey } = request;
    if (tagKeys.length > 0 || isDemanding(control)) return this.#answer(request, execution);
    const resident = this.#residents?.find(request, context);
    if (resident !== undefined) return this.#taking.takeStored(resident, execution) as O;
    if (this.#flights.has(flightKey)) return this.#answer(request, execution);
    const look = this.#looks.at(request, note);
    return waiting(context, look.found as Promise<StoredAnswer | undefined>).then(
      (stored) => {
        const isFresh = stored !== undefined && !look.isOutdated && this.#answering.isFresh(stored, execution);
        if (isFresh) return this.#taking.takeStored(stored, execution) as O;
        return this.#answer(request, execution, look.isOutdated ? undefined : { stored });
      },
      (reason: unknown) => {
        this.#accounting.conclude('miss', execution); // who left before an answer has been spared nothing
        throw reason;
      },
    );
  }

  #answer(request: KnownRequest, execution: Execution<I>, seen?: Seen): Promise<O> {
    const { operation, context, control } = execution;
    const isRefresh = control?.noCache === true || control?.refresh === true;
    if (isRefresh && control.onlyIfCached === true) {
      this.#accounting.conclude('bypass', execution);
      throw new NotCachedError(operation); // nothing fits who wants neither a stored answer nor another
    }
    const { flight, isStarter } = isRefresh
      ? this.#refreshing.join(request, execution)
      : this.#join(request, execution, seen);
    const joined = flight.isDone ? 'hit' : 'coalesced'; // an answer not stored yet is a hit too
    const ownOutcome = isStarter ? (isRefresh ? 'bypass' : 'miss') : joined;
    return landing(flight, context, {
      open: (outcome) => this.#taking.take(outcome, flight, ownOutcome, execution) as O,
      failed: () => {
        const hasLeft = context.isAborted || !flight.hasLanded; // who left before the answer has been spared nothing
        const isSpared = !hasLeft && control?.onlyIfCached !== true;
        this.#accounting.conclude(isSpared || isStarter ? ownOutcome : 'miss', execution);
      },
    });
  }

  /** Callers share a flight when they ask the same in the same form, and of the cache the same too. */
  #join(
    request: KnownRequest,
    execution: Execution<I>,
    seen: Seen | undefined,
  ): { readonly flight: Flight<Landing>; readonly isStarter: boolean } {
    const { key, tagKeys, flightKey } = request;
    const { control } = execution;
    const answer = (flight: Flight<Landing>): Promise<Landing> =>
      this.#answering.answer(flight, request, execution, seen);
    const isExacting = control?.maxAgeMs !== undefined;
    return this.#flights.join(
      control === undefined ? flightKey : flightKey + variantOf(control),
      [key.text, ...tagKeys],
      answer,
      isExacting,
    );
  }

  async #bypass(reason: CacheSkipReason, execution: Execution<I>): Promise<O> {
    const { operation, input, context, note, control } = execution;
    note('cache.skipped', reason);
    this.#accounting.conclude('bypass', execution);
    if (control?.onlyIfCached === true) throw new NotCachedError(operation);
    const metadata = metadataForStep(context);
    const own = metadata === context.metadata ? context : context.child(operation, { metadata });
    return this.#step.execute(input, own);
  }
}

/** What a caller may ask that makes another answer fit; empty for everybody else. */
function variantOf(control: CacheControl | undefined): string {
  if (control === undefined) return '';
  const { maxAgeMs, maxStaleMs, onlyIfCached = false } = control;
  if (maxAgeMs === undefined && maxStaleMs === undefined && !onlyIfCached) return '';
  return ` ${maxAgeMs},${maxStaleMs},${onlyIfCached}`;
}

function varyBy<I>(version: string | undefined, vary: unknown): unknown {
  if (version === undefined) return vary;
  return (input: I, context: WorkflowContext) => {
    const own: unknown = typeof vary === 'function' ? vary(input, context) : vary;
    ignoreRejection(own);
    return ['version', version, own];
  };
}
