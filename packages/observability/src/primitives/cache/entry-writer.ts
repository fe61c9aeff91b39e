import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { Accounting } from './accounting.ts';
import type { CacheabilityRules, CacheableAnswer } from './entry/cacheability.ts';
import { asciiJson, isReadable, MAX_TIME_MS, sealEnvelope } from './entry/envelope.ts';
import type { Execution } from './execution.ts';
import type { CacheSkipReason } from './facts.ts';
import type { Flight } from './flight/flight.ts';
import type { Provenance } from './flight/flight-outcome.ts';
import type { RecordedAnswer } from './flight/stream-recording.ts';
import type { KnownRequest } from './request/request-reader.ts';
import type { ReportingStore } from './store/reporting-store.ts';

/** How long an answer is fresh, in milliseconds, told from the answer. */
export type TtlFunction<I = unknown> = (answer: CacheableAnswer<I>, context: WorkflowContext) => number;

interface LifetimeOptions<I> {
  readonly ttlMs: number | TtlFunction<I>;
  /** The share of the ttl that chance may take away, between 0 and 1. */
  readonly ttlJitter: number;
  /** How long past its ttl an answer is kept, in milliseconds. */
  readonly staleMs: number;
  readonly random: () => number;
}

/** How long one answer lives, in milliseconds. */
interface Lifetime {
  /** How long it is fresh. */
  readonly ttlMs: number;
  /** How long past that it is still kept; undefined if it is not. */
  readonly staleMs: number | undefined;
}

export interface EntryWriterOptions<I> extends LifetimeOptions<I> {
  readonly maxEntryLength: number;
  readonly isCacheable: ((answer: CacheableAnswer<I>, context: WorkflowContext) => boolean) | undefined;
  readonly rules: CacheabilityRules<I>;
}

/** An answer of the step that may be stored. */
export interface NewAnswer<I> {
  readonly judged: CacheableAnswer<I>;
  readonly recorded: RecordedAnswer;
  readonly provenance: Provenance;
  /** When it was complete, in milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
}

/** Decides which answers are stored and for how long, and stores them. */
export class EntryWriter<I> {
  readonly #store: ReportingStore;
  readonly #accounting: Accounting<I>;
  readonly #options: EntryWriterOptions<I>;
  /** Writes under way or about to be, by key. */
  readonly #writes = new Map<string, Promise<void>>();

  constructor(store: ReportingStore, accounting: Accounting<I>, options: EntryWriterOptions<I>) {
    this.#store = store;
    this.#accounting = accounting;
    this.#options = options;
  }

  get maxEntryLength(): number {
    return this.#options.maxEntryLength;
  }

  /** Whether the application may look at the texts of an answer before it is stored. */
  get needsTexts(): boolean {
    const { isCacheable, rules } = this.#options;
    return isCacheable !== undefined || rules.validate !== undefined;
  }

  get rules(): CacheabilityRules<I> {
    return this.#options.rules;
  }

  /**
   * Stores an answer off everybody's path; until it can be looked up, its flight can be joined.
   *
   * @param generation - what stands for the tags of the request; undefined without tags
   */
  write(
    answer: NewAnswer<I>,
    flight: Flight,
    request: KnownRequest,
    execution: Execution<I>,
    generation: string | undefined,
  ): void {
    const { context, note, background } = execution;
    const objection = flight.objection ?? this.#objection(answer, context);
    const lifetime = objection === undefined ? lifetimeOf(answer.judged, context, this.#options) : undefined;
    const { payload } = answer.recorded;
    const isStorable = lifetime !== undefined && payload !== undefined;
    const envelope = isStorable ? this.#seal(answer, payload, lifetime, request, generation) : undefined;
    if (!isStorable || envelope === undefined) {
      this.skip(objection ?? (isStorable ? 'too_large' : 'policy'), execution);
      flight.close();
      return;
    }
    flight.kept();
    const key = request.key.text;
    const ageMs = context.clock.epochMs() - answer.createdAtMs;
    const lifeMs = Math.max(1, lifetime.ttlMs + (lifetime.staleMs ?? 0) - ageMs);
    const close = (): void => flight.close(); // also when it fails, which the store has stated
    const write = this.#store.set(key, envelope, lifeMs, note).then(close, close);
    background(write, context);
    this.remember(key, write);
  }

  /** Counts why an answer is not stored. */
  skip(reason: CacheSkipReason, execution: Execution<I>): void {
    this.#accounting.skip(reason, execution);
  }

  /** Resolves when the writes to a key that are under way, or are about to be, have ended, however they have. */
  async written(key: string): Promise<void> {
    await this.#writes.get(key);
    await this.#writes.get(key); // what was about to be a write is one now
  }

  /** Lets `written` wait for what ends in a write or in none; there may be several for a key at once. */
  remember(key: string, write: Promise<void>): void {
    const before = this.#writes.get(key);
    const all = before === undefined ? write : before.then(() => write);
    this.#writes.set(key, all);
    void all.then(() => {
      if (this.#writes.get(key) === all) this.#writes.delete(key);
    });
  }

  /** Undefined for an answer whose header is too large to be read back. */
  #seal(
    { provenance, recorded: { form, instance, http }, createdAtMs }: NewAnswer<I>,
    payload: string,
    lifetime: Lifetime,
    { key: { digest, scopeHash }, model, form: askedFor }: KnownRequest,
    generation: string | undefined,
  ): string | undefined {
    const sealed = sealEnvelope({
      digest,
      scopeHash,
      model,
      form,
      askedFor,
      instance,
      http,
      createdAtMs,
      ...lifetime,
      generation,
      usage: provenance.usage,
      answeredBy: provenance.model,
      paidUsd: provenance.paidUsd,
      payload: form === 'bytes' ? payload : asciiJson(payload, this.maxEntryLength), // bytes stay as they are
    });
    return isReadable(sealed) ? sealed : undefined;
  }

  #objection({ judged, recorded }: NewAnswer<I>, context: WorkflowContext): CacheSkipReason | undefined {
    const { maxEntryLength, isCacheable } = this.#options;
    const { isStream, objection } = judged;
    const { payload } = recorded;
    if (recorded.objection !== undefined) return recorded.objection;
    if (!isStream && judged.output === undefined) return 'empty';
    if (payload === undefined) return 'unserializable';
    if (payload.length > maxEntryLength) return 'too_large';
    if (isCacheable === undefined) return objection;
    try {
      const verdict: unknown = isCacheable(judged, context);
      ignoreRejection(verdict);
      return verdict === true ? undefined : (objection ?? 'policy'); // a promise is not a verdict
    } catch {
      return 'policy'; // a rule that fails decides nothing, so nothing is stored; the caller has the answer
    }
  }
}

/**
 * Decides how long an answer lives; undefined if it is not to be stored, because its ttl is no number above 0.
 *
 * Chance only shortens a life, so answers stored at the same time do not expire at the same time.
 */
function lifetimeOf<I>(
  answer: CacheableAnswer<I>,
  context: WorkflowContext,
  { ttlMs, ttlJitter, staleMs, random }: LifetimeOptions<I>,
): Lifetime | undefined {
  const wholeMs = typeof ttlMs === 'number' ? ttlMs : told(ttlMs, answer, context);
  if (wholeMs === undefined) return undefined;
  const freshMs = ttlJitter === 0 ? wholeMs : wholeMs * (1 - ttlJitter * random());
  return { ttlMs: Math.min(freshMs, MAX_TIME_MS), staleMs: staleMs === 0 ? undefined : staleMs };
}

function told<I>(ttlMs: TtlFunction<I>, answer: CacheableAnswer<I>, context: WorkflowContext): number | undefined {
  try {
    const wholeMs: unknown = ttlMs(answer, context);
    ignoreRejection(wholeMs);
    return typeof wholeMs === 'number' && Number.isFinite(wholeMs) && wholeMs > 0 ? wholeMs : undefined;
  } catch {
    return undefined; // a rule that fails decides nothing, so nothing is stored; the caller has the answer
  }
}
