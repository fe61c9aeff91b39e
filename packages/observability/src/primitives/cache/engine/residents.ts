import { LRUCache } from 'lru-cache';
import type { WorkflowContext } from 'tta-dev-primitives';
import { ageOf, type Envelope, openEnvelope } from '../entry/envelope.ts';
import { CopiedAnswer, FrozenAnswer } from '../entry/resident-answer.ts';
import type { StoredAnswer } from '../flight/landing.ts';
import { freshnessOf, type StaleLimits } from '../freshness/freshness.ts';
import type { CacheStore, ResidentValue } from '../store/store.ts';
import type { KnownRequest } from './requests.ts';

/** An entry as it was opened last, kept beside its text. */
interface Opened {
  readonly owner: Residents;
  readonly envelope: Envelope;
  /** Where all get one frozen answer. */
  readonly frozen: FrozenAnswer | undefined;
}

/** What the payload of an entry says. */
interface Data {
  readonly resident: ResidentValue;
  readonly value: unknown;
}

/** How much is kept of what the payloads of one store say, beside the store. */
const MAX_DATA_BYTES = 16_777_216;

const dataOfStores = new WeakMap<CacheStore, LRUCache<string, Data>>();

/** The text and what it says, at two bytes a character, and the objects of both. */
function sizeOf({ resident }: Data): number {
  return resident.value.length * 4 + 1_024;
}

/**
 * Finds answers that the store holds in this process, at once and without reading them again: what was verified and parsed at the
 * first hit stays so as long as the very text is there, and there is room.
 *
 * It finds only what every caller may be served: whole answers, fresh, without tags. Everything else is looked up as usual.
 */
export class Residents {
  readonly #peek: NonNullable<CacheStore['peek']>;
  readonly #limits: StaleLimits;
  readonly #isShared: boolean;
  readonly #data: LRUCache<string, Data>;

  private constructor(
    peek: NonNullable<CacheStore['peek']>,
    data: LRUCache<string, Data>,
    limits: StaleLimits,
    isShared: boolean,
  ) {
    this.#peek = peek;
    this.#data = data;
    this.#limits = limits;
    this.#isShared = isShared;
  }

  /** Undefined where the store holds nothing in this process. */
  static in(store: CacheStore, limits: StaleLimits, copy: 'clone' | 'share'): Residents | undefined {
    const peek = store.peek?.bind(store);
    if (peek === undefined) return undefined;
    const data = dataOfStores.get(store) ?? new LRUCache({ maxSize: MAX_DATA_BYTES, sizeCalculation: sizeOf });
    dataOfStores.set(store, data);
    return new Residents(peek, data, limits, copy === 'share');
  }

  find(request: KnownRequest, { clock }: WorkflowContext): StoredAnswer | undefined {
    if (request.tagKeys.length > 0) return undefined;
    const resident = this.#peek(request.key.text);
    const opened = resident && this.#opened(resident, request);
    if (resident === undefined || opened?.envelope.askedFor !== request.form) return undefined;
    const { envelope, frozen } = opened;
    if (freshnessOf(envelope, ageOf(envelope, clock.epochMs()), this.#limits) !== 'fresh') return undefined;
    const copies = frozen ?? this.#copiesOf(request.key.text, resident, envelope);
    return copies && { kind: 'stored', envelope, copies, tier: 'near', isHeaderKept: true };
  }

  #opened(resident: ResidentValue, request: KnownRequest): Opened | undefined {
    const known = resident.opened as Opened | undefined;
    if (known?.owner === this && known.envelope.model === request.model) return known;
    const { digest, scopeHash } = request.key;
    const envelope = openEnvelope(resident.value, { digest, scopeHash, model: request.model });
    if (envelope === undefined || !isPlain(envelope)) return undefined;
    const data = this.#isShared ? dataOf(resident, envelope) : undefined;
    const opened: Opened = { owner: this, envelope, frozen: data && new FrozenAnswer(data.value) };
    resident.opened = opened;
    return opened;
  }

  #copiesOf(key: string, resident: ResidentValue, envelope: Envelope): CopiedAnswer | undefined {
    const known = this.#data.get(key);
    if (known?.resident === resident) return new CopiedAnswer(known.value);
    const data = dataOf(resident, envelope);
    if (data === undefined) return undefined;
    this.#data.set(key, data);
    return new CopiedAnswer(data.value);
  }
}

function dataOf(resident: ResidentValue, { payload }: Envelope): Data | undefined {
  try {
    return { resident, value: JSON.parse(payload) };
  } catch {
    return undefined;
  }
}

/** Whether an answer is a value that needs nothing but to be read. */
function isPlain({ form, instance, generation, coding }: Envelope): boolean {
  return form === 'value' && instance === undefined && generation === undefined && coding === undefined;
}
