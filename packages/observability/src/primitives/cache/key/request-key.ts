import type { KeyObject } from 'node:crypto';
import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { AnswerForm, Dialect } from '../../../llm/dialects/dialect.ts';
import type { CacheSkipReason } from '../facts.ts';
import { type CacheKey, cacheKey } from './cache-key.ts';
import { UncacheableInputError } from './canonical-json.ts';
import { modelRequestOf, namedModel } from './request-dialect.ts';
import { type FormOption, formOf } from './request-form.ts';
import { isPersonal, materialOf } from './request-material.ts';
import { type CacheScope, scopeOf } from './scope.ts';

/** A request that can be looked up. */
export interface CacheRequest {
  readonly key: CacheKey;
  readonly model: string | undefined;
  /** In which form the answer is wanted; one stored answer serves every form it can be given in without loss. */
  readonly form: AnswerForm;
  /** What reads its answer first; undefined if it is not a request to a model. */
  readonly dialect: Dialect | undefined;
}

export interface RequestKeyOptions<I> {
  readonly operation: string;
  readonly scope: CacheScope;
  readonly key?: ((input: I, context: WorkflowContext) => unknown) | undefined;
  readonly vary?: unknown;
  /** The model behind an alias. */
  readonly model?: string | ((input: I, context: WorkflowContext) => string) | undefined;
  readonly provider?: string | undefined;
  readonly form?: FormOption<I> | undefined;
  readonly secret?: KeyObject | undefined;
}

/** What a request is looked up by, or why it is not looked up; never throws, because then the step is simply asked. */
export async function requestKey<I>(
  input: I,
  context: WorkflowContext,
  options: RequestKeyOptions<I>,
): Promise<CacheRequest | CacheSkipReason> {
  const { operation, key, vary, scope, provider, form, secret } = options;
  try {
    const request = modelRequestOf(input);
    if (request?.requests.keepsServerState(request.fields) === true) return 'server_state';
    if (scope === 'user' && context.userId === undefined && !isPersonal(request)) return 'no_user';
    const resolvedModel = resolved(options.model, input, context);
    const own = key?.(input, context);
    ignoreRejection(own);
    if (key !== undefined && (own ?? undefined) === undefined) return 'no_key';
    const parts = {
      operation,
      scope: scopeOf(scope, request, context, secret),
      material:
        key === undefined
          ? materialOf(input, request, { isPerUser: scope === 'user', resolvedModel })
          : [resolvedModel, own],
      vary: typeof vary === 'function' ? vary(input, context) : vary,
      provider,
    };
    ignoreRejection(parts.vary);
    return {
      key: await cacheKey(parts, secret),
      model: resolvedModel ?? (key === undefined ? namedModel(input) : undefined),
      form: formOf(input, request, form),
      dialect: request?.dialect,
    };
  } catch (error) {
    return error instanceof UncacheableInputError ? 'unserializable' : 'policy';
  }
}

function resolved<I>(model: RequestKeyOptions<I>['model'], input: I, context: WorkflowContext): string | undefined {
  const name: unknown = typeof model === 'function' ? model(input, context) : model;
  if (name === undefined && model === undefined) return undefined;
  if (typeof name === 'string' && name !== '') return name;
  ignoreRejection(name);
  throw new TypeError(`CachePrimitive: model must give a string, but it gave ${name === null ? 'null' : typeof name}`);
}
