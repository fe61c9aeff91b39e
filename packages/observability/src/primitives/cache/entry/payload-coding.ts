import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as zlib from 'node:zlib'; // by name, an older Node.js would refuse the whole module without a reason
import { anyOption, numberOption, type OptionRules, readOptions, required } from 'tta-dev-primitives/internal';

/** How a payload was changed before it was stored; what is absent was not done. */
export interface PayloadCoding {
  readonly compressed?: 'zstd' | undefined;
  /** The name of the key that it is encrypted with. */
  readonly keyId?: string | undefined;
}

/** A payload as it is stored, and how to read it back. */
export interface CodedPayload {
  readonly text: string;
  /** Undefined for a payload that is stored as it is. */
  readonly coding: PayloadCoding | undefined;
}

export interface CompressionOptions {
  /** Payloads of this size and more are compressed, in characters. @defaultValue 32_768 */
  readonly aboveLength?: number | undefined;
}

/** A key to encrypt with, by the name under which it is found again. */
export interface EncryptionKey {
  /** One to 64 letters, digits, `_`, `-` or `.`. It is stored beside every value, so it must not be secret. */
  readonly id: string;
  /** 32 random bytes. */
  readonly key: Uint8Array;
}

export interface EncryptionOptions {
  /** Encrypts what is stored from now on. */
  readonly current: EncryptionKey;
  /** Read what was stored before the current key came. @defaultValue none */
  readonly previous?: readonly EncryptionKey[] | undefined;
}

export interface PayloadCodecOptions {
  readonly compression?: CompressionOptions | undefined;
  readonly encryption?: EncryptionOptions | undefined;
}

const COMPRESSION = {
  aboveLength: numberOption({ atLeast: 0, allowInfinity: true }, 32_768),
} satisfies OptionRules<CompressionOptions>;

/** The keys are checked without a word that shows one. */
const ENCRYPTION = { current: required(anyOption), previous: anyOption } satisfies OptionRules<EncryptionOptions>;

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Of UTF-8. */
const MAX_BYTES_PER_CHARACTER = 3;

/** No answer is larger, however long it may be. */
const MAX_DECOMPRESSED_BYTES = 256 * 2 ** 20;

/**
 * Compresses and encrypts payloads on their way into a store, and back.
 *
 * Encryption is AES-256-GCM with 96 random bits per value: a value can neither be read nor changed, nor moved to another request,
 * because what it is bound to is authenticated with it. With one key, no more than 2^32 values should be written.
 *
 * @see https://doi.org/10.6028/NIST.SP.800-38D, section 8.3, for that limit
 * @throws TypeError or RangeError naming the option if an option is wrong; no message holds a key
 */
export class PayloadCodec {
  readonly #compressAbove: number;
  readonly #maxBytes: number;
  readonly #current: EncryptionKey | undefined;
  readonly #keys: ReadonlyMap<string, Uint8Array>;

  /** @param maxLength - how long a payload may be, in characters; what claims to be longer is a bomb */
  constructor(owner: string, { compression, encryption }: PayloadCodecOptions, maxLength: number = Infinity) {
    this.#maxBytes = Math.min(MAX_BYTES_PER_CHARACTER * maxLength, MAX_DECOMPRESSED_BYTES);
    this.#compressAbove =
      compression === undefined ? Infinity : readOptions(owner, compression, COMPRESSION, 'compression').aboveLength;
    const keys =
      encryption === undefined ? [] : keysOf(owner, readOptions(owner, encryption, ENCRYPTION, 'encryption'));
    this.#current = keys[0];
    if (new Set(keys.map(({ id }) => id)).size < keys.length) {
      throw new RangeError(`${owner}: encryption must give every key an id of its own`);
    }
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  /** @param boundTo - what the payload belongs to; it can only be read back with the same */
  encode(payload: string, boundTo: string): CodedPayload {
    const isCompressed = payload.length >= this.#compressAbove;
    if (!isCompressed && this.#current === undefined) return { text: payload, coding: undefined };
    const bytes = isCompressed ? zlib.zstdCompressSync(payload) : Buffer.from(payload);
    const coding = { ...(isCompressed && { compressed: 'zstd' as const }), keyId: this.#current?.id };
    const coded = this.#current === undefined ? bytes : encrypt(bytes, this.#current.key, tied(coding, boundTo));
    return { text: coded.toString('base64'), coding };
  }

  /**
   * Reads a payload back.
   *
   * @returns undefined when that cannot be done: its key is not known, it was changed or moved, it is damaged; and, where values are
   * encrypted, when it is not, because anybody could have written it
   */
  decode({ text, coding }: CodedPayload, boundTo: string): string | undefined {
    const { compressed, keyId } = coding ?? {};
    if (keyId === undefined && this.#current !== undefined) return undefined;
    try {
      if (coding === undefined) return text;
      const stored = Buffer.from(text, 'base64');
      const bytes = keyId === undefined ? stored : this.#decrypt(stored, keyId, tied(coding, boundTo));
      if (compressed === undefined) return bytes.toString();
      return zlib.zstdDecompressSync(bytes, { maxOutputLength: this.#maxBytes }).toString();
    } catch {
      return undefined; // of what is damaged nothing can be read, and why makes no difference
    }
  }

  /** Whether the key of a payload is known here; another process may already have one that is not. */
  knows({ keyId }: PayloadCoding): boolean {
    return keyId === undefined || this.#keys.has(keyId);
  }

  #decrypt(stored: Buffer, keyId: string, boundTo: Buffer): Buffer {
    const key = this.#keys.get(keyId);
    if (key === undefined) throw new Error('the key is not known');
    const decipher = createDecipheriv(ALGORITHM, key, stored.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo);
    decipher.setAuthTag(stored.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(stored.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  }
}

function encrypt(bytes: Buffer, key: Uint8Array, boundTo: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo);
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

/** The coding is authenticated too, or a value could be passed off as one that is not compressed. */
function tied({ compressed, keyId }: PayloadCoding, boundTo: string): Buffer {
  return Buffer.from(JSON.stringify([compressed ?? null, keyId ?? null, boundTo]));
}

/** The keys as they are now, the current one first. They are copies: a caller that wipes its keys must not make us encrypt with zeros. */
function keysOf(owner: string, { current, previous = [] }: EncryptionOptions): readonly EncryptionKey[] {
  if (!Array.isArray(previous)) throw new TypeError(`${owner}: encryption.previous must be a list of keys`);
  checkKey(owner, 'encryption.current', current);
  for (const [index, key] of previous.entries()) checkKey(owner, `encryption.previous[${index}]`, key);
  return [current, ...previous].map(({ id, key }) => ({ id, key: Uint8Array.from(key) }));
}

/** No message repeats a value: an id may be a key that was put into the wrong field. */
function checkKey(owner: string, option: string, key: EncryptionKey): void {
  if (typeof key?.id !== 'string' || !/^[\w.-]{1,64}$/.test(key.id)) {
    throw new TypeError(`${owner}: ${option}.id must be 1 to 64 letters, digits, "_", "-" or "."`);
  }
  if (!(key.key instanceof Uint8Array)) {
    throw new TypeError(`${owner}: ${option}.key must be ${KEY_BYTES} bytes in a Uint8Array`);
  }
  if (key.key.length !== KEY_BYTES) {
    throw new RangeError(`${owner}: ${option}.key must be ${KEY_BYTES} bytes, but it is ${key.key.length}`);
  }
}
