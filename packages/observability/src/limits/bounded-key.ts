import { hash } from 'node:crypto';

const MAX_KEY_LENGTH = 128;

/** The key, or its digest if it is long: what is remembered by key is bounded in bytes. */
export function boundedKey(key: string): string {
  return key.length > MAX_KEY_LENGTH ? digestOfKey(key) : key;
}

/** Names a key where it must not be read, such as in a shared store: a key may be a user or a secret. */
export function digestOfKey(key: string): string {
  return hash('sha256', key, 'base64url');
}

/** A key under which only one operation counts: no other operation and key give the same text. */
export function keyOfOperation(operation: string, key: string): string {
  return `${operation.length}:${operation}:${key}`;
}
