import type { KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { digestOf } from './digest.ts';

/** What a request is known by in a store; nothing in it can be read back into the request. */
export interface CacheKey {
  /** `v1:{namespace}:{scopeHash}:{digest}` */
  readonly text: string;
  readonly scopeHash: string;
  /** SHA-256 over everything that decides the answer, in base64url; HMAC-SHA-256 where there is a secret. */
  readonly digest: string;
}

/** Everything that decides an answer. */
export interface KeyParts {
  readonly operation: string;
  readonly scope: readonly unknown[];
  readonly material: unknown;
  /** What else tells answers apart: the base URL of the provider, the version of a prompt template, of tools, of an index. */
  readonly vary: unknown;
  readonly provider: string | undefined;
}

const KEY_VERSION = 'v1';

/**
 * The text of everything that decides an answer: the same in every process, and never the same for two requests that may be answered
 * differently. A promise only when a file has to be read.
 *
 * @throws UncacheableInputError if the request has a value that no text can stand for
 */
export function materialText({ operation, scope, material, vary, provider }: KeyParts): string | Promise<string> {
  return canonicalJson([KEY_VERSION, operation, scope, material, vary, provider]);
}

/** The key of a request whose material is `text`. */
export function cacheKey(
  operation: string,
  scope: readonly unknown[],
  text: string,
  secret: KeyObject | undefined,
): CacheKey {
  const scopeHash = scopeHashOf(canonicalJson(scope) as string, secret); // a scope holds strings only
  const digest = digestOf(text, secret);
  return { text: prefixOf(operation, scopeHash) + digest, scopeHash, digest };
}

/** What every key of an operation begins with in a scope: `v1:{namespace}:{scopeHash}:` */
export function keyPrefix(operation: string, scope: readonly unknown[], secret: KeyObject | undefined): string {
  return prefixOf(operation, scopeHashOf(canonicalJson(scope) as string, secret));
}

/** Digests of the scopes that were seen last, by their text: a process serves few tenants at a time. */
const plainHashes = new Map<string, string>();
const secretHashes = new WeakMap<KeyObject, Map<string, string>>();

const MAX_SCOPE_HASHES = 1_000;

/** 128 bits tell scopes apart. */
function scopeHashOf(scope: string, secret: KeyObject | undefined): string {
  const hashes = hashesOf(secret);
  const known = hashes.get(scope);
  if (known !== undefined) return known;
  if (hashes.size >= MAX_SCOPE_HASHES) hashes.clear();
  const scopeHash = digestOf(scope, secret).slice(0, 22);
  hashes.set(scope, scopeHash);
  return scopeHash;
}

function hashesOf(secret: KeyObject | undefined): Map<string, string> {
  if (secret === undefined) return plainHashes;
  const hashes = secretHashes.get(secret) ?? new Map<string, string>();
  secretHashes.set(secret, hashes);
  return hashes;
}

function prefixOf(operation: string, scopeHash: string): string {
  return `${KEY_VERSION}:${namespaceOf(operation)}:${scopeHash}:`;
}

/** A plain name stands as it is; any other as its digest, because a key has a fixed shape. */
function namespaceOf(operation: string): string {
  return /^[\w.-]{1,64}$/.test(operation) ? operation : digestOf(operation).slice(0, 22);
}
