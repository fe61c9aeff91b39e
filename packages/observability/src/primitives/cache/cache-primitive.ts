import { type RunningStep, type Step, WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { asOnlyWork, requestOf } from 'tta-dev-primitives/internal';
import { isHeldOut } from '../../llm/money/ledger/hold-out.ts';
import { summariseSavings } from '../savings-summary.ts';
import { Accounting } from './accounting.ts';
import { type CacheOptions, readCacheOptions } from './cache-options.ts';
import { type CacheStats, describeStats } from './cache-stats.ts';
import { summariseCache } from './cache-summary.ts';
import { type CacheControl, CONTROL, type Controlled, controlFor, metadataForStep } from './control/cache-control.ts';
import { NotCachedError } from './control/not-cached-error.ts';
import { EntryReader } from './entry/entry-reader.ts';
import { PayloadCodec } from './entry/payload-coding.ts';
import { EntryWriter, type TtlFunction } from './entry-writer.ts';
import type { Execution } from './execution.ts';
import type { CacheSkipReason } from './facts.ts';
import { Flights } from './flight/flight.ts';
import { canKeepLeases } from './flight/lease/lease.ts';
import { leaseTerms } from './flight/lease/lease-options.ts';
import { StaleRules } from './freshness/stale-rules.ts';
import { HitPath } from './hit-path.ts';
import { Generations } from './invalidation/generations.ts';
import { Invalidation } from './invalidation/invalidation.ts';
import { MissPath, type SharedCalls } from './miss-path.ts';
import { Refresher } from './refresher.ts';
import { secretKey } from './request/cache-key.ts';
import { type KnownRequest, RequestReader } from './request/request-reader.ts';
import { StepCall } from './step-call.ts';
import { CodedStore } from './store/coded-store.ts';
import { guardedStore } from './store/guard/guarded-store.ts';
import { memoryStore } from './store/memory-store.ts';
import type { ReportingStore } from './store/reporting-store.ts';
import type { CacheStore } from './store/store.ts';

summariseCache();
summariseSavings();

/**
 * Answers repeated requests from a store, and reports the money that this saves.
 *
 * A request is identified by a digest of everything that decides its answer, and by the scope of its caller. Keys, logs and metrics
 * contain no prompts. Requests made at the same time share one call of the step: its answer, its stream or its error. Each request keeps
 * its own cancellation; the step is cancelled when the last caller has left. Some answers are returned but not stored: answers that were
 * cut short, failed, are empty or ask for a tool, and answers to an input that was changed meanwhile.
 *
 * Whatever the store does, the caller gets an answer or the step's own error. A hit is a copy that its caller may change.
 *
 * A stream is returned as an async iterable, or as a `ReadableStream` if it was one, but not as its original class (openai's `Stream`
 * loses its `controller` and `tee`). It is stored once it has ended completely. One stored answer serves whole and streamed requests if
 * the conversion loses nothing; otherwise the step is asked.
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
  /** How long an answer is fresh at most, in milliseconds, or a function that returns it. */
  readonly ttlMs: number | TtlFunction<I>;
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #requests: RequestReader<I>;
  readonly #accounting: Accounting<I>;
  readonly #hitPath: HitPath<I>;
  readonly #invalidation: Invalidation<I>;
  readonly #sizeOfStore: ReportingStore['currentSize'];
  /** The store that the cache made for itself. */
  readonly #ownStore: CacheStore | undefined;

  constructor(step: Step<I, O>, options: CacheOptions<I> = {}) {
    const read = readCacheOptions(options);
    const { ttlMs, staleIf, cacheToolCalls, cacheRefusals, validate } = read;
    const primitive = asOnlyWork(step);
    const operation = read.operation ?? primitive.name;
    super(operation);
    this.ttlMs = ttlMs;
    this.#step = primitive;
    const given = read.store ?? memoryStore();
    const guarded = guardedStore(given);
    const isCoded = read.compression !== undefined || read.encryption !== undefined;
    const store = isCoded
      ? new CodedStore(guarded, new PayloadCodec('CachePrimitive', read, read.maxEntryLength))
      : guarded;
    this.#sizeOfStore = store.currentSize?.bind(store);
    const flights = new Flights();
    const rules = new StaleRules(read, staleIf);
    const { staleMs } = rules;
    const requests = new RequestReader({ ...read, operation, secret: secretKey(read.secret) });
    const accounting = new Accounting(read);
    const writer = new EntryWriter(store, accounting, {
      ...read,
      staleMs,
      rules: { cacheToolCalls, cacheRefusals, validate },
    });
    const entries = new EntryReader(store, read);
    const stepCall = new StepCall<I>(primitive, { requests, writer, entries, accounting });
    const generations = new Generations(store, (typeof ttlMs === 'number' ? ttlMs : 0) + staleMs);
    const refresher = new Refresher({ flights, stepCall, generations, accounting, timeoutMs: read.refreshTimeoutMs });
    const shared = sharedCalls(store, read.lease);
    const missPath = new MissPath({ entries, generations, stepCall, shared, rules, refresher });
    this.#ownStore = read.store === undefined ? given : undefined;
    this.#requests = requests;
    this.#accounting = accounting;
    const isAlone = shared === undefined;
    this.#hitPath = new HitPath({ store, entries, flights, missPath, stepCall, refresher, accounting, rules, isAlone });
    this.#invalidation = new Invalidation({ operation, store, flights, requests, writer, generations });
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
   * Closes the store if the cache created it, that is, without the option `store`. You close a store that you passed
   * in: `store.close()`. Can be called more than once.
   */
  async close(): Promise<void> {
    await this.#ownStore?.close();
  }

  /**
   * Removes the stored answers to a request, in the scope of the context. A running call in this process still answers the
   * callers that wait for it, and no others. A call in another process may still store its answer; use `tags` to prevent that.
   *
   * @throws StoreError when the store cannot be used: the answers may still be there
   */
  invalidate(input: I, context: WorkflowContext = new WorkflowContext()): Promise<void> {
    return this.#invalidation.byKey(input, context);
  }

  /**
   * Invalidates every answer under a tag, in the scope of the context, in all stores and running calls. A caller that
   * waits for a running call in another process may still get that call's answer.
   *
   * @throws StoreError when the store cannot be used: the answers may still be served
   * @throws TypeError if a tag is empty or not a string, or if the cache has no option `tags`
   */
  async invalidateTag(
    tag: string | readonly string[],
    context: WorkflowContext = new WorkflowContext(),
  ): Promise<void> {
    await this.#invalidation.byTags(tag, context);
  }

  protected override run(input: I, context: WorkflowContext, step: RunningStep): O | Promise<O> {
    step.note('cache.operation', this.name);
    if (this.#sizeOfStore !== undefined && requestOf(context) !== undefined)
      step.note('cache.storeSize', this.#sizeOfStore());
    const asked = (context.metadata as Controlled)[CONTROL];
    const control = asked && controlFor(this.name, asked);
    const request = passesBy(control, context) ?? this.#requests.read(input, context);
    const answer = (read: KnownRequest | CacheSkipReason): O | Promise<O> =>
      this.#answer(read, this.#executionOf(read, input, context, step, control));
    return request instanceof Promise ? request.then(answer) : answer(request);
  }

  #executionOf(
    request: KnownRequest | CacheSkipReason,
    input: I,
    context: WorkflowContext,
    { note, background, call }: RunningStep,
    control: CacheControl | undefined,
  ): Execution<I> {
    const key = typeof request === 'string' ? undefined : request.key.text;
    return { operation: this.name, input, context, note, background, call, control, key };
  }

  #answer(request: KnownRequest | CacheSkipReason, execution: Execution<I>): O | Promise<O> {
    if (typeof request === 'string') return this.#bypass(request, execution);
    return this.#hitPath.serve(request, execution) as O | Promise<O>;
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

/** Why a request is neither looked up nor stored; a caller who wants what is stored or nothing is never held out. */
function passesBy(control: CacheControl | undefined, context: WorkflowContext): CacheSkipReason | undefined {
  if (control?.noStore === true) return 'no_store';
  return control?.onlyIfCached !== true && isHeldOut(context) ? 'hold_out' : undefined;
}

/** Undefined if leases are turned off, or have no effect: in a store of this process alone, or one that cannot keep them. */
function sharedCalls(store: ReportingStore, lease: CacheOptions<never>['lease']): SharedCalls | undefined {
  const isWanted = lease !== false && (store.isShared === true || lease !== undefined);
  return isWanted && canKeepLeases(store) ? { store, terms: leaseTerms(lease ?? {}) } : undefined;
}
