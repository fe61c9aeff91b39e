import type { NoteFact } from 'tta-dev-primitives';
import { type Envelope, readEnvelope, sealEnvelope } from '../entry/envelope.ts';
import type { PayloadCodec } from '../entry/payload-coding.ts';
import type { ReportingStore } from './reporting-store.ts';
import { type StoredValue, textOf } from './store.ts';

/** What an unreadable entry reads as: not an envelope, so its reader deletes it. */
const UNREADABLE = '';

/**
 * A store whose answers are compressed or encrypted on their way in, and read back on their way out. What is known about an answer
 * without reading it stays as it is, and so does everything that is no answer (leases, generations of tags).
 *
 * An answer under a key that is not known here is as good as none, and stays where it is: another process may know the key. One that
 * was damaged, moved or planted cannot be read.
 */
export class CodedStore implements ReportingStore {
  readonly isShared: boolean;
  readonly deadlineMs: number | undefined;
  readonly atomic: ReportingStore['atomic'];
  readonly currentSize: ReportingStore['currentSize'];
  readonly #store: ReportingStore;
  readonly #codec: PayloadCodec;

  constructor(store: ReportingStore, codec: PayloadCodec) {
    this.#store = store;
    this.#codec = codec;
    this.isShared = store.isShared === true;
    this.deadlineMs = store.deadlineMs;
    this.atomic = store.atomic;
    this.currentSize = store.currentSize?.bind(store);
  }

  get isUsable(): boolean {
    return this.#store.isUsable !== false;
  }

  async get(key: string, note?: NoteFact): Promise<StoredValue | undefined> {
    return this.#opened(await this.#store.get(key, note));
  }

  async getMany(keys: readonly string[], note?: NoteFact): Promise<readonly (StoredValue | undefined)[]> {
    return (await this.#store.getMany(keys, note)).map(this.#opened);
  }

  async getBytes(key: string, note?: NoteFact): Promise<StoredValue<Uint8Array> | undefined> {
    const stored = await this.#store.getBytes(key, note);
    const text = stored && textOf(stored.value);
    const plain = this.#decoded(text);
    if (stored === undefined || plain === text) return stored;
    return plain === undefined ? undefined : { ...stored, value: Buffer.from(plain) };
  }

  set(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<void> {
    return this.#store.set(key, this.#encoded(value), ttlMs, note);
  }

  setIfAbsent(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<boolean> {
    return this.#store.setIfAbsent(key, this.#encoded(value), ttlMs, note);
  }

  delete(key: string, note?: NoteFact): Promise<void> {
    return this.#store.delete(key, note);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #encoded(value: string): string {
    const envelope = readEnvelope(value);
    if (envelope === undefined) return value;
    const { text, coding } = this.#codec.encode(envelope.payload, identityOf(envelope));
    return coding === undefined ? value : sealEnvelope({ ...envelope, payload: text, coding });
  }

  readonly #opened = (stored: StoredValue | undefined): StoredValue | undefined => {
    const plain = this.#decoded(stored?.value);
    return plain === undefined ? undefined : { ...stored, value: plain };
  };

  #decoded(value: string | undefined): string | undefined {
    const envelope = readEnvelope(value);
    if (envelope === undefined) return value;
    const { coding, payload, ...header } = envelope;
    if (coding !== undefined && !this.#codec.knows(coding)) return undefined;
    const plain = this.#codec.decode({ text: payload, coding }, identityOf(envelope));
    if (plain === undefined) return UNREADABLE;
    if (coding === undefined) return value;
    // Times that are authenticated decide how long an answer lives, and not whether the store has lost the end of its life.
    const staleMs = coding.keyId === undefined ? header.staleMs : (header.staleMs ?? 0);
    return sealEnvelope({ ...header, staleMs, payload: plain });
  }
}

/**
 * Everything that a header says, members of later versions included. An encrypted payload can be read under the same header only, so
 * an old answer cannot be made young, given to another request, or said to cost more.
 */
function identityOf({ payload, payloadBytes, coding, ...header }: Envelope): string {
  return JSON.stringify(Object.entries(header).sort(([one], [other]) => (one < other ? -1 : 1)));
}
