import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from '../../ignore-rejection.ts';
import type { CacheSkipReason } from '../facts.ts';
import { type CacheKey, type CacheScope, cacheKey, scopeOf } from './cache-key.ts';
import { UncacheableInputError } from './canonical-json.ts';
import { formOf, hasServerState, materialOf, requestedModel } from './request-material.ts';

/** A request that can be looked up. */
export interface CacheRequest {
  readonly key: CacheKey;
  readonly model: string | undefined;
}

export interface RequestKeyOptions<I> {
  readonly operation: string;
  readonly key: ((input: I, context: WorkflowContext) => unknown) | undefined;
  readonly vary: unknown;
  readonly scope: CacheScope;
}

/** What a request is looked up by, or why it is not looked up; never throws, because then the step is simply asked. */
export async function requestKey<I>(
  input: I,
  context: WorkflowContext,
  { operation, key, vary, scope }: RequestKeyOptions<I>,
): Promise<CacheRequest | CacheSkipReason> {
  try {
    if (hasServerState(input)) return 'server_state';
    const parts = {
      operation,
      scope: scopeOf(scope, context),
      form: formOf(input),
      material: key === undefined ? materialOf(input, scope === 'user') : key(input, context),
      vary: typeof vary === 'function' ? vary(input, context) : vary,
    };
    ignoreRejection(parts.material);
    ignoreRejection(parts.vary);
    return { key: await cacheKey(parts), model: key === undefined ? requestedModel(input) : undefined };
  } catch (error) {
    return error instanceof UncacheableInputError ? 'unserializable' : 'policy';
  }
}
