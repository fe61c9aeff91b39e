import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { CacheOptions } from '../cache-options.ts';
import type { CacheSkipReason } from '../facts.ts';
import { tagKeysOf } from '../invalidation/tag-key.ts';
import { type CacheKey, keyPrefix } from '../key/cache-key.ts';
import { digestOf } from '../key/digest.ts';
import { KeyMemo } from '../key/key-memo.ts';
import { type CacheRequest, type RequestKeyOptions, requestKey } from '../key/request-key.ts';
import { scopeOf } from '../key/scope.ts';
import { isDeterministic } from './determinism.ts';

/** A request as the store knows it. */
export interface KnownRequest extends CacheRequest {
  /** Which of several answers to the same request is meant, from 0. */
  readonly sample: number;
  /** Where the generations of its tags are kept. */
  readonly tagKeys: readonly string[];
  /** What is shared while it is answered: the same request in the same form. */
  readonly flightKey: string;
}

export interface RequestsOptions<I> extends RequestKeyOptions<I> {
  readonly samples: number;
  readonly random: () => number;
  readonly tags: CacheOptions<I>['tags'];
  readonly isDeterministicOnly: boolean;
}

const NONE: readonly string[] = [];

/** Tells what a request is known by in the store: its key, the sample of it that is meant, and its tags. */
export class Requests<I> {
  readonly #options: RequestsOptions<I>;
  readonly #memo: KeyMemo<I, KnownRequest> | undefined;

  constructor(options: RequestsOptions<I>) {
    this.#options = options;
    const isSettled = options.samples === 1 && options.tags === undefined && !options.isDeterministicOnly;
    this.#memo = isSettled ? KeyMemo.for(options) : undefined;
  }

  /** As `know`, at once, if the same was asked before and can be remembered. */
  recall(input: I, context: WorkflowContext): KnownRequest | undefined {
    return this.#memo?.recall(input, context);
  }

  /** The request as the store knows it, or why it is not looked up; never throws, because then the step is simply asked. */
  async know(input: I, context: WorkflowContext): Promise<KnownRequest | CacheSkipReason> {
    const { samples, random } = this.#options;
    const request = await requestKey(input, context, this.#options);
    if (typeof request === 'string') return request;
    if (this.#options.isDeterministicOnly && !isDeterministic(input)) return 'not_deterministic';
    const tagKeys = this.#tagKeysOf(input, context);
    if (tagKeys === undefined) return 'policy';
    const sample = samples === 1 ? 0 : Math.min(Math.floor(random() * samples), samples - 1);
    const known = sampled(request, sample, tagKeys);
    this.#memo?.remember(input, context, known);
    return known;
  }

  /** Every sample of a request; none if it is never looked up. */
  async samplesOf(input: I, context: WorkflowContext): Promise<readonly KnownRequest[]> {
    const request = await requestKey(input, context, this.#options);
    if (typeof request === 'string') return [];
    return Array.from({ length: this.#options.samples }, (_, sample) => sampled(request, sample, NONE));
  }

  /** Whether an input is no longer the request that it was known as. */
  async isChanged({ key, sample }: KnownRequest, input: I, context: WorkflowContext): Promise<boolean> {
    const present = await requestKey(input, context, this.#options);
    return typeof present === 'string' || sampled(present, sample, NONE).key.digest !== key.digest;
  }

  /**
   * Where the generations of tags are kept. Work without a tenant has its tags in common, whatever API keys tell its answers apart:
   * whoever invalidates a tag makes no request.
   */
  tagKeys(tags: readonly string[], context: WorkflowContext): readonly string[] {
    const { operation, scope, secret } = this.#options;
    const prefix = keyPrefix(operation, scopeOf(scope, undefined, context, secret), secret);
    return tagKeysOf(prefix, tags, secret);
  }

  /** Undefined if the tags cannot be told: an answer without them could never be invalidated by them. */
  #tagKeysOf(input: I, context: WorkflowContext): readonly string[] | undefined {
    const { tags } = this.#options;
    if (tags === undefined) return NONE;
    try {
      const told: unknown = tags(input, context);
      ignoreRejection(told);
      if (!Array.isArray(told) || told.some((tag) => typeof tag !== 'string' || tag === '')) return undefined;
      return this.tagKeys(told as string[], context);
    } catch {
      return undefined;
    }
  }
}

/** The first sample has the key of the request itself, so that a cache that begins to sample keeps what it has. */
function sampled(request: CacheRequest, sample: number, tagKeys: readonly string[]): KnownRequest {
  if (sample === 0) return known(request, request.key, sample, tagKeys);
  const { text, digest: own, scopeHash } = request.key;
  const digest = digestOf(JSON.stringify(['sample', sample, own]));
  return known(request, { text: text.slice(0, -own.length) + digest, digest, scopeHash }, sample, tagKeys);
}

function known(
  { model, form, dialect }: CacheRequest,
  key: CacheKey,
  sample: number,
  tagKeys: readonly string[],
): KnownRequest {
  return { key, model, form, dialect, sample, tagKeys, flightKey: `${key.text} ${form}` };
}
