import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { CacheOptions } from '../cache-options.ts';
import type { CacheSkipReason } from '../facts.ts';
import { keyPrefix } from './cache-key.ts';
import { digestOf } from './digest.ts';
import { modelRequestOf } from './request-dialect.ts';
import { type CacheRequest, isOtherRequest, type RequestKeyOptions, requestKey } from './request-key.ts';
import { scopeOf } from './scope.ts';

/** A request as the store knows it. */
export interface KnownRequest extends CacheRequest {
  /** Where the generations of its tags are kept. */
  readonly tagKeys: readonly string[];
  /** What is shared while it is answered: the same request in the same form. */
  readonly flightKey: string;
}

export interface RequestReaderOptions<I> extends RequestKeyOptions<I> {
  readonly tags: CacheOptions<I>['tags'];
}

const NO_TAGS: readonly string[] = [];

/** Reads what a request is known by in the store: its key, its form, and where the generations of its tags are kept. */
export class RequestReader<I> {
  readonly #options: RequestReaderOptions<I>;
  readonly #memo: RequestMemo | undefined;

  constructor(options: RequestReaderOptions<I>) {
    this.#options = options;
    const { scope, vary, model, form, tags } = options;
    const isSettled = (scope === 'tenant' || scope === 'shared') && [vary, model, form].every(isPlain);
    this.#memo = isSettled && tags === undefined ? new RequestMemo() : undefined;
  }

  /**
   * The request as the store knows it, or why it is not looked up; a promise only when a file in it has to be read. Never throws,
   * because the step can still be asked.
   */
  read(input: I, context: WorkflowContext): KnownRequest | CacheSkipReason | Promise<KnownRequest | CacheSkipReason> {
    const text = this.#memo && this.#shortTextOf(input, context);
    const tenant = this.#options.scope === 'tenant' ? context.tenantId : undefined;
    const known = text === undefined ? undefined : this.#memo?.recall(tenant, text);
    if (known !== undefined) return known;
    const request = requestKey(input, context, this.#options);
    if (typeof request === 'string') return request;
    if (request instanceof Promise) {
      return request.then((read) => (typeof read === 'string' ? read : this.#withTags(read, input, context)));
    }
    const read = this.#withTags(request, input, context);
    if (text !== undefined && typeof read !== 'string') this.#memo?.remember(tenant, text, read);
    return read;
  }

  /** Whether an input is no longer the request that it was read as. */
  isChanged({ material }: KnownRequest, input: I, context: WorkflowContext): boolean | Promise<boolean> {
    return isOtherRequest(material, input, context, this.#options);
  }

  /**
   * Where the generations of tags are kept: `{prefix}tag:{digest of the tag}`, each once, in the same order whatever theirs was; a tag
   * may name a user or a document. Work without a tenant has its tags in common, whatever API keys tell its answers apart: whoever
   * invalidates a tag makes no request.
   */
  tagKeys(tags: readonly string[], context: WorkflowContext): readonly string[] {
    const { operation, scope, secret } = this.#options;
    const prefix = keyPrefix(operation, scopeOf(scope, undefined, context, secret), secret);
    return [...new Set(tags.map((tag) => `${prefix}tag:${digestOf(tag, secret).slice(0, 22)}`))].sort();
  }

  /** With tags that cannot be told there is no looking up: an answer without them could never be invalidated by them. */
  #withTags(request: CacheRequest, input: I, context: WorkflowContext): KnownRequest | CacheSkipReason {
    const tagKeys = this.#tagKeysOf(input, context);
    return tagKeys === undefined ? 'policy' : { ...request, tagKeys, flightKey: `${request.key.text} ${request.form}` };
  }

  #tagKeysOf(input: I, context: WorkflowContext): readonly string[] | undefined {
    const { tags } = this.#options;
    if (tags === undefined) return NO_TAGS;
    try {
      const told: unknown = tags(input, context);
      ignoreRejection(told);
      if (!Array.isArray(told) || told.some((tag) => typeof tag !== 'string' || tag === '')) return undefined;
      return this.tagKeys(told as string[], context);
    } catch {
      return undefined;
    }
  }

  /** The short text that a request is, or that its `key` is; a `key` that fails says so when the request is read. */
  #shortTextOf(input: I, context: WorkflowContext): string | undefined {
    const { key } = this.#options;
    if (key === undefined) return typeof input === 'string' ? shortText(input) : undefined;
    if (modelRequestOf(input) !== undefined) return undefined; // its fields say more than its key
    try {
      return shortText(key(input, context));
    } catch {
      return undefined;
    }
  }
}

/** Longer ones are digested again each time: their digest costs less than their place. */
const MAX_LENGTH = 512;

const MAX_REMEMBERED = 10_000;

function shortText(text: unknown): string | undefined {
  return typeof text === 'string' && text.length <= MAX_LENGTH ? text : undefined;
}

function isPlain(option: unknown): boolean {
  return option === null || !['object', 'function'].includes(typeof option);
}

/**
 * Remembers what short texts are known by, so the same request needs no second digest. Only where nothing else decides the key that
 * could change from one execution to the next.
 */
class RequestMemo {
  readonly #byTenant = new Map<string | undefined, Map<string, KnownRequest>>();
  #size = 0;

  recall(tenant: string | undefined, text: string): KnownRequest | undefined {
    return this.#byTenant.get(tenant)?.get(text);
  }

  remember(tenant: string | undefined, text: string, request: KnownRequest): void {
    if (this.#size >= MAX_REMEMBERED) {
      this.#byTenant.clear();
      this.#size = 0;
    }
    const known = this.#byTenant.get(tenant) ?? new Map<string, KnownRequest>();
    this.#byTenant.set(tenant, known);
    this.#size += known.has(text) ? 0 : 1;
    known.set(text, request);
  }
}
