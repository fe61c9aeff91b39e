import type { WorkflowContext } from 'tta-dev-primitives';
import { ageOf, type Envelope, openEnvelope } from '../entry/envelope.ts';
import { FrozenAnswer, TextAnswer } from '../entry/resident-answer.ts';
import type { StoredAnswer } from '../flight/landing.ts';
import { freshnessOf, type StaleLimits } from '../freshness/freshness.ts';
import type { CacheStore, ResidentValue } from '../store/store.ts';
import type { KnownRequest } from './requests.ts';

/** An answer as it was opened last, kept beside its text. */
interface Opened {
  readonly owner: Residents;
  readonly stored: StoredAnswer;
}

/**
 * Finds answers that the store holds in this process, at once and without reading them again: what was verified and parsed at the
 * first hit stays so as long as the very text is there.
 *
 * It finds only what every caller may be served: whole answers, fresh, without tags. Everything else is looked up as usual.
 */
export class Residents {
  readonly #peek: NonNullable<CacheStore['peek']>;
  readonly #limits: StaleLimits;
  readonly #isShared: boolean;

  private constructor(peek: NonNullable<CacheStore['peek']>, limits: StaleLimits, isShared: boolean) {
    this.#peek = peek;
    this.#limits = limits;
    this.#isShared = isShared;
  }

  /** Undefined where the store holds nothing in this process. */
  static in(store: CacheStore, limits: StaleLimits, copy: 'clone' | 'share'): Residents | undefined {
    const peek = store.peek?.bind(store);
    return peek && new Residents(peek, limits, copy === 'share');
  }

  find(request: KnownRequest, { clock }: WorkflowContext): StoredAnswer | undefined {
    if (request.tagKeys.length > 0) return undefined;
    const resident = this.#peek(request.key.text);
    if (resident === undefined) return undefined;
    const stored = this.#opened(resident, request);
    if (stored === undefined || stored.envelope.askedFor !== request.form) return undefined;
    return freshnessOf(stored.envelope, ageOf(stored.envelope, clock.epochMs()), this.#limits) === 'fresh'
      ? stored
      : undefined;
  }

  #opened(resident: ResidentValue, request: KnownRequest): StoredAnswer | undefined {
    const known = resident.opened as Opened | undefined;
    if (known?.owner === this && known.stored.envelope.model === request.model) return known.stored;
    const { digest, scopeHash } = request.key;
    const envelope = openEnvelope(resident.value, { digest, scopeHash, model: request.model });
    if (envelope === undefined || !isPlain(envelope)) return undefined;
    const copies = this.#copiesOf(envelope);
    if (copies === undefined) return undefined;
    const stored: StoredAnswer = { kind: 'stored', envelope, copies, tier: 'near', isHeaderKept: true };
    resident.opened = { owner: this, stored } satisfies Opened;
    return stored;
  }

  #copiesOf({ payload }: Envelope): StoredAnswer['copies'] | undefined {
    try {
      const answer: unknown = JSON.parse(payload);
      if (this.#isShared || typeof answer !== 'object') return new FrozenAnswer(answer);
      return new TextAnswer(payload);
    } catch {
      return undefined;
    }
  }
}

/** Whether an answer is a value that needs nothing but to be read. */
function isPlain({ form, instance, generation, coding }: Envelope): boolean {
  return form === 'value' && instance === undefined && generation === undefined && coding === undefined;
}
