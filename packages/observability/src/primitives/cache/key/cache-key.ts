import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from '../../ignore-rejection.ts';
import { canonicalJson, digestOf } from './canonical-json.ts';
import type { RequestForm } from './request-material.ts';

/**
 * Who shares stored answers:
 * - `tenant`: everybody with the same `context.tenantId`; work without a tenant shares among itself and with no tenant.
 * - `user`: one `context.userId` of one tenant.
 * - `shared`: everybody. Only for answers that contain nothing of anybody.
 * - a function: everybody for whom it gives the same string.
 */
export type CacheScope = 'tenant' | 'user' | 'shared' | ((context: WorkflowContext) => string);

/** What a request is known by in a store; nothing in it can be read back into the request. */
export interface CacheKey {
  /** `v1:{namespace}:{scopeHash}:{digest}` */
  readonly text: string;
  readonly scopeHash: string;
  /** SHA-256 over everything that decides the answer, in base64url. */
  readonly digest: string;
}

/** Everything that decides an answer. */
export interface KeyParts {
  readonly operation: string;
  readonly scope: readonly unknown[];
  readonly form: RequestForm;
  readonly material: unknown;
  /** What else tells answers apart: the provider, its base URL, the version of a prompt template. */
  readonly vary: unknown;
}

const KEY_VERSION = 'v1';

/** Digests of the scopes that were seen last, by their text: a process serves few tenants at a time. */
const scopeHashes = new Map<string, string>();

const MAX_SCOPE_HASHES = 1_000;

/**
 * Makes the key of a request: the same in every process, and never the same for two requests that may be answered differently.
 *
 * @throws UncacheableInputError if the request has a value that no text can stand for
 */
export function cacheKey({ operation, scope, form, material, vary }: KeyParts): CacheKey | Promise<CacheKey> {
  const scopeHash = scopeHashOf(canonicalJson(scope) as string); // a scope holds strings only
  const prefix = prefixOf(operation, scopeHash);
  const keyOf = (text: string): CacheKey => {
    const digest = digestOf(text);
    return { text: prefix + digest, scopeHash, digest };
  };
  const text = canonicalJson([KEY_VERSION, operation, scope, form, material, vary]);
  return typeof text === 'string' ? keyOf(text) : text.then(keyOf);
}

/** What every key of an operation begins with in a scope: `v1:{namespace}:{scopeHash}:` */
export function keyPrefix(operation: string, scope: readonly unknown[]): string {
  return prefixOf(operation, scopeHashOf(canonicalJson(scope) as string));
}

/** The scope of an execution, such that scopes of different kinds never meet. */
export function scopeOf(scope: CacheScope, context: WorkflowContext): readonly unknown[] {
  if (typeof scope === 'function') return ['custom', nameFrom(scope(context))];
  if (scope === 'shared') return ['shared'];
  const tenant = context.tenantId === undefined ? ['no tenant'] : ['tenant', context.tenantId];
  if (scope === 'tenant') return tenant;
  return [...tenant, ...(context.userId === undefined ? ['no user'] : ['user', context.userId])];
}

function nameFrom(scope: unknown): string {
  if (typeof scope === 'string') return scope;
  ignoreRejection(scope);
  throw new TypeError(
    `CachePrimitive: scope must give a string, but it gave ${scope === null ? 'null' : typeof scope}`,
  );
}

/** 128 bits tell scopes apart. */
function scopeHashOf(scope: string): string {
  const known = scopeHashes.get(scope);
  if (known !== undefined) return known;
  if (scopeHashes.size >= MAX_SCOPE_HASHES) scopeHashes.clear();
  const scopeHash = digestOf(scope).slice(0, 22);
  scopeHashes.set(scope, scopeHash);
  return scopeHash;
}

function prefixOf(operation: string, scopeHash: string): string {
  return `${KEY_VERSION}:${namespaceOf(operation)}:${scopeHash}:`;
}

/** A plain name stands as it is; any other as its digest, because a key has a fixed shape. */
function namespaceOf(operation: string): string {
  return /^[\w.-]{1,64}$/.test(operation) ? operation : digestOf(operation).slice(0, 22);
}
