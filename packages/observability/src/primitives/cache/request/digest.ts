import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** SHA-256 as base64url, 43 characters; with a secret HMAC-SHA-256, from which the content cannot be guessed without the secret. */
export function digestOf(content: string | Uint8Array, secret?: KeyObject): string {
  return secret === undefined
    ? hash('sha256', content, 'base64url')
    : createHmac('sha256', secret).update(content).digest('base64url');
}

const MIN_SECRET_BYTES = 16;

/** @throws TypeError or RangeError, which do not show the secret */
export function checkSecret(owner: string, secret: unknown): asserts secret is string | Uint8Array {
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw new TypeError(`${owner}: secret must be a string or bytes, but it is of type ${typeof secret}`);
  }
  const bytes = Buffer.byteLength(secret);
  if (bytes >= MIN_SECRET_BYTES) return;
  throw new RangeError(`${owner}: secret must have at least ${MIN_SECRET_BYTES} bytes, but it has ${bytes}`);
}

/** The secret in a form that no log can show. */
export function secretKey(secret: string | Uint8Array | undefined): KeyObject | undefined {
  return secret === undefined ? undefined : createSecretKey(Buffer.from(secret));
}
