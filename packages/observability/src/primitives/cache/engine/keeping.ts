import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from '../../ignore-rejection.ts';
import type { CacheOptions } from '../cache-options.ts';
import type { AnswerForm } from '../entry/answer-form.ts';
import type { CacheabilityRules, CacheableAnswer } from '../entry/cacheability.ts';
import { sealEnvelope } from '../entry/envelope.ts';
import type { CacheSkipReason } from '../facts.ts';
import type { Landing, Making } from '../flight/landing.ts';
import type { Flight } from '../flight/single-flight.ts';
import type { CacheRequest } from '../key/request-key.ts';
import type { CacheStore } from '../store/store.ts';
import type { Accounting } from './accounting.ts';
import type { Execution } from './execution.ts';

export interface KeepingOptions<I> {
  readonly ttlMs: number;
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

/** Decides which answers are stored, and stores them. */
export class Keeping<I> {
  readonly maxEntryLength: number;
  readonly rules: CacheabilityRules<I>;
  readonly #store: CacheStore;
  readonly #accounting: Accounting<I>;
  readonly #ttlMs: number;
  readonly #isCacheable: CacheOptions<I>['isCacheable'];

  constructor(store: CacheStore, accounting: Accounting<I>, options: KeepingOptions<I>) {
    const { ttlMs, maxEntryLength, isCacheable, rules } = options;
    this.#store = store;
    this.#accounting = accounting;
    this.#ttlMs = ttlMs;
    this.maxEntryLength = maxEntryLength;
    this.rules = rules;
    this.#isCacheable = isCacheable;
  }

  /** Stores an answer off everybody's path; until it can be looked up, its flight can be joined. */
  keep(
    answer: NewAnswer<I>,
    flight: Flight<Landing>,
    { key, model, form: askedFor }: CacheRequest,
    { context, note }: Execution<I>,
  ): void {
    const { payload, form, instance, making, input } = answer;
    const objection = flight.mayBeKept ? this.#objection(answer, context) : 'changed';
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
      askedFor,
      instance,
      createdAtMs,
      ttlMs: this.#ttlMs,
      usage: making.usage,
      answeredBy: making.model,
      costUsd: this.#accounting.costOf({ input, ...making }, createdAtMs),
      payload,
    });
    const close = (): void => flight.close(); // also when it fails, which the store has stated
    this.#store.set(key.text, envelope, this.#ttlMs, note).then(close, close);
  }

  #objection(answer: NewAnswer<I>, context: WorkflowContext): CacheSkipReason | undefined {
    const { output, payload, objection } = answer;
    if (output === undefined) return 'empty';
    if (payload === undefined) return 'unserializable';
    if (payload.length > this.maxEntryLength) return 'too_large';
    if (this.#isCacheable === undefined) return objection;
    try {
      const verdict: unknown = this.#isCacheable(answer, context);
      ignoreRejection(verdict);
      return verdict === true ? undefined : (objection ?? 'policy'); // a promise of a verdict is none
    } catch {
      return 'policy'; // a rule that fails decides nothing, so nothing is stored; the caller has the answer
    }
  }
}
