import type { KeyObject } from 'node:crypto';
import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { AnswerForm, Dialect } from '../../../llm/dialects/dialect.ts';
import { withoutFields } from '../../../llm/dialects/field-rules.ts';
import type { CacheSkipReason } from '../facts.ts';
import { type CacheKey, cacheKey, materialText } from './cache-key.ts';
import { UncacheableInputError } from './canonical-json.ts';
import { type ModelRequest, modelRequestOf, namedModel } from './request-dialect.ts';
import { type CacheScope, scopeOf } from './scope.ts';

/** What decides the form of answers where requests do not say it. */
export type FormOption<I = unknown> = 'whole' | 'stream' | ((input: I) => 'whole' | 'stream');

/** A request that can be looked up. */
export interface CacheRequest {
  readonly key: CacheKey;
  /** The canonical text that the key is the digest of. */
  readonly material: string;
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

type Read<T> = T | CacheSkipReason | Promise<T | CacheSkipReason>;

/**
 * What a request is looked up by, or why it is not looked up; a promise only when a file in it has to be read. Never throws, because
 * the step can still be asked.
 */
export function requestKey<I>(input: I, context: WorkflowContext, options: RequestKeyOptions<I>): Read<CacheRequest> {
  const { operation, key, scope, form, secret } = options;
  return guarded(() => {
    const request = modelRequestOf(input);
    if (request?.requests.keepsServerState(request.fields) === true) return 'server_state';
    if (scope === 'user' && context.userId === undefined && !isPersonal(request)) return 'no_user';
    const resolvedModel = resolved(options.model, input, context);
    const whose = scopeOf(scope, request, context, secret);
    const material = materialOf(input, context, request, resolvedModel, whose, options);
    if (material === undefined) return 'no_key';
    const model = resolvedModel ?? (key === undefined ? namedModel(input) : undefined);
    const known = (text: string): CacheRequest => ({
      key: cacheKey(operation, whose, text, secret),
      material: text,
      model,
      form: formOf(input, request, form),
      dialect: request?.dialect,
    });
    return typeof material === 'string' ? known(material) : material.then(known).catch(reasonOf);
  });
}

/** Whether an input is no longer the request whose material that was; compares texts, which costs no digest. */
export function isOtherRequest<I>(
  material: string,
  input: I,
  context: WorkflowContext,
  options: RequestKeyOptions<I>,
): boolean | Promise<boolean> {
  const text = guarded(() => {
    const request = modelRequestOf(input);
    if (request?.requests.keepsServerState(request.fields) === true) return 'server_state';
    const whose = scopeOf(options.scope, request, context, options.secret);
    const present = materialOf(input, context, request, resolved(options.model, input, context), whose, options);
    return present ?? 'no_key';
  });
  return typeof text === 'string'
    ? text !== material
    : text.then(
        (read) => read !== material,
        () => true,
      );
}

function guarded<T>(read: () => Read<T>): Read<T> {
  try {
    return read();
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): CacheSkipReason {
  return error instanceof UncacheableInputError ? 'unserializable' : 'policy';
}

/** Everything that decides the answer, as a text; undefined if the user's `key` gives nothing. */
function materialOf<I>(
  input: I,
  context: WorkflowContext,
  request: ModelRequest | undefined,
  resolvedModel: string | undefined,
  scope: readonly unknown[],
  { operation, key, vary, provider, scope: kind }: RequestKeyOptions<I>,
): string | Promise<string> | undefined {
  const own = key?.(input, context);
  ignoreRejection(own);
  if (key !== undefined && (own ?? undefined) === undefined) return undefined;
  const material =
    key === undefined ? effectiveOf(input, request, kind === 'user', resolvedModel) : [resolvedModel, own];
  const varied: unknown = typeof vary === 'function' ? vary(input, context) : vary;
  ignoreRejection(varied);
  return materialText({ operation, scope, material, vary: varied, provider });
}

/** What of an input decides the answer. */
function effectiveOf(
  input: unknown,
  request: ModelRequest | undefined,
  isPerUser: boolean,
  resolvedModel: string | undefined,
): unknown {
  if (request === undefined) return resolvedModel === undefined ? input : [resolvedModel, input];
  const { fields, requests } = request;
  const named = resolvedModel === undefined ? fields : { ...fields, model: resolvedModel };
  const body = withoutFields(named, requests.withoutEffect);
  return isPerUser ? [body, requests.person(fields)] : body;
}

/** Whether a request says on whose behalf it is made. */
function isPersonal(request: ModelRequest | undefined): boolean {
  return request?.requests.person(request.fields).some((person) => person !== null) ?? false;
}

function resolved<I>(model: RequestKeyOptions<I>['model'], input: I, context: WorkflowContext): string | undefined {
  const name: unknown = typeof model === 'function' ? model(input, context) : model;
  if (name === undefined && model === undefined) return undefined;
  if (typeof name === 'string' && name !== '') return name;
  ignoreRejection(name);
  throw new TypeError(`CachePrimitive: model must give a string, but it gave ${name === null ? 'null' : typeof name}`);
}

/** The form in which a request wants its answer. */
function formOf<I>(input: I, request: ModelRequest | undefined, option: FormOption<I> | undefined): AnswerForm {
  const said = typeof option === 'function' ? option(input) : option;
  const asked = request?.requests.form(request.fields) ?? 'unknown';
  if (asked === 'unknown') return said ?? 'unknown';
  if (said === 'whole') return 'whole';
  return said === 'stream' && asked === 'whole' ? 'stream' : asked;
}
