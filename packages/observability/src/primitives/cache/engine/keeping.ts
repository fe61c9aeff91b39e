import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from '../../ignore-rejection.ts';
import type { CacheOptions } from '../cache-options.ts';
import type { CacheabilityRules, CacheableAnswer } from '../entry/cacheability.ts';
import { type AnswerForm, sealEnvelope } from '../entry/envelope.ts';
import type { CacheSkipReason } from '../facts.ts';
import type { Landing, Making } from '../flight/landing.ts';
import type { Flight } from '../flight/single-flight.ts';
import { type Lifetime, type LifetimeOptions, lifetimeOf } from '../freshness/lifetime.ts';
import type { CacheStore } from '../store/store.ts';
import type { Accounting } from './accounting.ts';
import type { Execution } from './execution.ts';
import type { KnownRequest } from './requests.ts';

export interface KeepingOptions<I> extends LifetimeOptions<I> {
  readonly maxEntryLength: number;
  readonly isCacheable: CacheOptions<I>['isCacheable'];
  readonly rules: CacheabilityRules<I>;
}

/** An answer of the step that may be stored. */
export interface NewAnswer<I> extends CacheableAnswer<I> {
  readonly form: AnswerForm;
  /** What it, or each of its chunks, is an instance of. */
  readonly instance: 'gemini' | undefined;
  /** Its JSON; undefined if no text can stand for it. */
  readonly payload: string | undefined;
  readonly making: Making;
}

/** Decides which answers are stored and for how long, and stores them. */
export class Keeping<I> {
  readonly #store: CacheStore;
  readonly #accounting: Accounting<I>;
  readonly #options: KeepingOptions<I>;
  /** Writes under way, by key. */
  readonly #writes = new Map<string, Promise<void>>();

  constructor(store: CacheStore, accounting: Accounting<I>, options: KeepingOptions<I>) {
    this.#store = store;
    this.#accounting = accounting;
    this.#options = options;
  }

  get maxEntryLength(): number {
    return this.#options.maxEntryLength;
  }

  get rules(): CacheabilityRules<I> {
    return this.#options.rules;
  }

  /**
   * Stores an answer off everybody's path; until it can be looked up, its flight can be joined.
   *
   * @param generation - what stands for the tags of the request; undefined without tags
   */
  keep(
    answer: NewAnswer<I>,
    flight: Flight<Landing>,
    request: KnownRequest,
    execution: Execution<I>,
    generation: string | undefined,
  ): void {
    const { context, note } = execution;
    const objection = flight.objection ?? this.#objection(answer, context);
    const lifetime = objection === undefined ? lifetimeOf(answer, context, this.#options) : undefined;
    if (lifetime === undefined || answer.payload === undefined) {
      note('cache.skipped', objection ?? 'policy');
      flight.close();
      return;
    }
    flight.kept();
    const envelope = this.#seal(answer, answer.payload, lifetime, request, context, generation);
    const key = request.key.text;
    const close = (): void => {
      if (this.#writes.get(key) === writing) this.#writes.delete(key);
      flight.close(); // also when it fails, which the store has stated
    };
    const writing: Promise<void> = this.#store
      .set(key, envelope, lifetime.ttlMs + (lifetime.staleMs ?? 0), note)
      .then(close, close);
    this.#writes.set(key, writing);
  }

  /** Resolves when no write to a key is under way, however it has ended. */
  async written(key: string): Promise<void> {
    await this.#writes.get(key);
  }

  #seal(
    { making, form, instance, input }: NewAnswer<I>,
    payload: string,
    lifetime: Lifetime,
    { key: { digest, scopeHash }, model, form: askedFor }: KnownRequest,
    context: WorkflowContext,
    generation: string | undefined,
  ): string {
    const createdAtMs = context.clock.epochMs();
    return sealEnvelope({
      digest,
      scopeHash,
      model,
      form,
      askedFor,
      instance,
      createdAtMs,
      ...lifetime,
      generation,
      usage: making.usage,
      answeredBy: making.model,
      costUsd: this.#accounting.costOf({ input, ...making }, createdAtMs),
      payload,
    });
  }

  #objection(answer: NewAnswer<I>, context: WorkflowContext): CacheSkipReason | undefined {
    const { maxEntryLength, isCacheable } = this.#options;
    const { output, payload, objection } = answer;
    if (output === undefined) return 'empty';
    if (payload === undefined) return 'unserializable';
    if (payload.length > maxEntryLength) return 'too_large';
    if (isCacheable === undefined) return objection;
    try {
      const verdict: unknown = isCacheable(answer, context);
      ignoreRejection(verdict);
      return verdict === true ? undefined : (objection ?? 'policy'); // a promise of a verdict is none
    } catch {
      return 'policy'; // a rule that fails decides nothing, so nothing is stored; the caller has the answer
    }
  }
}
