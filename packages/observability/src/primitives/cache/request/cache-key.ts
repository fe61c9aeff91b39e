import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { ModelRequest } from '../../../llm/model-request.ts';
import { canonicalText, shortened, UncacheableInputError } from './canonical-json.ts';

/** What a request is known by in a store; nothing in it can be read back into the request. */
export interface CacheKey {
  /** `v1:{namespace}:{scopeHash}:{digest}` */
  readonly text: string;
  readonly scopeHash: string;
  /** SHA-256 over everything that decides the answer, in base64url; HMAC-SHA-256 where there is a secret. */
  readonly digest: string;
}

/**
 * Who shares stored answers:
 * - `tenant`: callers with the same `context.tenantId`. Without a tenant, callers with the same API key. Work without a tenant and a key
 * shares only with other such work.
 * - `user`: one `context.userId` of one tenant.
 * - `shared`: all callers. Only for answers without personal data.
 * - a function: callers for whom it returns the same string.
 */
export type CacheScope = 'tenant' | 'user' | 'shared' | ((context: WorkflowContext) => string);

/** Everything that decides an answer. */
export interface KeyParts {
  readonly operation: string;
  readonly scope: readonly string[];
  /** What of the request decides its answer, as canonical text. */
  readonly decisive: string;
  readonly provider: string | undefined;
}

const KEY_VERSION = 'v1';

/** The key of a request: the same in every process, and never the same for two requests that may be answered differently. */
export function cacheKey({ operation, scope, decisive, provider }: KeyParts, secret: KeyObject | undefined): CacheKey {
  const whose = textOf(scope);
  const scopeHash = scopeHashOf(whose, secret);
  const who = provider === undefined ? '#undefined' : canonicalText(provider);
  const material = `["${KEY_VERSION}",${canonicalText(operation)},${shortened(whose)},${decisive},${who}]`;
  const digest = digestOf(material, secret);
  return { text: prefixOf(operation, scopeHash) + digest, scopeHash, digest };
}

/** What every key of an operation begins with in a scope: `v1:{namespace}:{scopeHash}:` */
export function keyPrefix(operation: string, scope: readonly string[], secret: KeyObject | undefined): string {
  return prefixOf(operation, scopeHashOf(textOf(scope), secret));
}

/** The scope of an execution, such that scopes of different kinds never meet. */
export function scopeOf(
  scope: CacheScope,
  request: ModelRequest | undefined,
  context: WorkflowContext,
  secret: KeyObject | undefined,
): readonly string[] {
  if (typeof scope === 'function') return ['custom', nameFrom(scope(context))];
  if (scope === 'shared') return ['shared'];
  const tenant = context.tenantId === undefined ? withoutTenant(request, secret) : ['tenant', context.tenantId];
  if (scope === 'tenant') return tenant;
  return [...tenant, ...(context.userId === undefined ? ['no user'] : ['user', context.userId])];
}

function withoutTenant(request: ModelRequest | undefined, secret: KeyObject | undefined): readonly string[] {
  const callerKey = request?.requests.callerKey(request.fields);
  if (callerKey === null) throw new UncacheableInputError('a request whose key cannot be read has no scope');
  if (callerKey === undefined) return ['no tenant'];
  return ['caller', digestOf(`cache scope\n${callerKey}`, secret)];
}

function nameFrom(scope: unknown): string {
  if (typeof scope === 'string') return scope;
  ignoreRejection(scope);
  throw new TypeError(
    `CachePrimitive: scope must give a string, but it gave ${scope === null ? 'null' : typeof scope}`,
  );
}

function textOf(scope: readonly string[]): string {
  return `[${scope.map(canonicalText).join(',')}]`;
}

/** SHA-256 as base64url, 43 characters; with a secret HMAC-SHA-256, from which the content cannot be guessed without the secret. */
export function digestOf(content: string, secret?: KeyObject): string {
  return secret === undefined
    ? hash('sha256', content, 'base64url')
    : createHmac('sha256', secret).update(content).digest('base64url');
}

/** Digests of the scopes that were seen last, by their text: a process serves few tenants at a time. */
const plainHashes = new Map<string, string>();
const secretHashes = new WeakMap<KeyObject, Map<string, string>>();

const MAX_SCOPE_HASHES = 1_000;

/** Longer scopes are digested again each time, so what is remembered is bounded in bytes. */
const MAX_SCOPE_LENGTH = 512;

/** 128 bits tell scopes apart. */
function scopeHashOf(scope: string, secret: KeyObject | undefined): string {
  if (scope.length > MAX_SCOPE_LENGTH) return digestOf(scope, secret).slice(0, 22);
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

const MIN_SECRET_BYTES = 16;

/** @throws TypeError or RangeError, which do not show the secret */
export function checkSecret(owner: string, option: string, secret: unknown): void {
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw new TypeError(`${owner}: ${option} must be a string or bytes, but it is of type ${typeof secret}`);
  }
  const bytes = Buffer.byteLength(secret);
  if (bytes >= MIN_SECRET_BYTES) return;
  throw new RangeError(`${owner}: ${option} must have at least ${MIN_SECRET_BYTES} bytes, but it has ${bytes}`);
}

/** The secret in a form that no log can show. */
export function secretKey(secret: string | Uint8Array | undefined): KeyObject | undefined {
  return secret === undefined ? undefined : createSecretKey(Buffer.from(secret));
}
