import type { KeyObject } from 'node:crypto';
import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection, ownText } from 'tta-dev-primitives/internal';
import type { AnswerForm, Dialect } from '../../../llm/dialects/dialect.ts';
import { withoutFields } from '../../../llm/dialects/field-rules.ts';
import { type ModelRequest, modelRequestOf, namedModel } from '../../../llm/model-request.ts';
import type { CacheSkipReason } from '../facts.ts';
import { type CacheKey, type CacheScope, cacheKey, digestOf, keyPrefix, scopeOf } from './cache-key.ts';
import { canonicalItem, UncacheableInputError } from './canonical-json.ts';

/** What decides the form of answers where requests do not say it. */
export type FormOption<I = unknown> = 'whole' | 'stream' | ((input: I) => 'whole' | 'stream');

/** A request that can be looked up. */
export interface CacheRequest {
  readonly key: CacheKey;
  /** What of it decides its answer, as canonical text. */
  readonly decisive: string;
  readonly model: string | undefined;
  /** In which form the answer is wanted; one stored answer serves every form it can be given in without loss. */
  readonly form: AnswerForm;
  /** What reads its answer first; undefined if it is not a request to a model. */
  readonly dialect: Dialect | undefined;
}

/** A request as the store knows it. */
export interface KnownRequest extends CacheRequest {
  /** Where the generations of its tags are kept. */
  readonly tagKeys: readonly string[];
  /** What is shared while it is answered: the same request in the same form. */
  readonly flightKey: string;
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

export interface RequestReaderOptions<I> extends RequestKeyOptions<I> {
  readonly tags: ((input: I, context: WorkflowContext) => readonly string[]) | undefined;
}

type Read<T> = T | CacheSkipReason | Promise<T | CacheSkipReason>;

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
  read(input: I, context: WorkflowContext): Read<KnownRequest> {
    const tenant = this.#options.scope === 'tenant' ? context.tenantId : undefined;
    const isShort = tenant === undefined || shortText(tenant) !== undefined;
    const text = isShort ? this.#memo && this.#shortTextOf(input, context) : undefined;
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
  isChanged({ decisive }: KnownRequest, input: I, context: WorkflowContext): boolean | Promise<boolean> {
    const text = guarded(() => {
      const request = modelRequestOf(input);
      if (keepsServerState(request)) return 'server_state';
      return decisiveText(input, context, request, resolved(this.#options.model, input, context), this.#options);
    });
    return text instanceof Promise ? text.then((read) => read !== decisive) : text !== decisive;
  }

  /**
   * Where the generations of tags are kept: `{prefix}tag:{digest of the tag}`, each once, in the same order whatever theirs was; a tag
   * may name a user or a document. Work without a tenant has its tags in common, whatever API keys tell its answers apart: a caller that
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

/**
 * What a request is looked up by, or why it is not looked up; a promise only when a file in it has to be read. Never throws, because
 * the step can still be asked.
 */
export function requestKey<I>(input: I, context: WorkflowContext, options: RequestKeyOptions<I>): Read<CacheRequest> {
  const { operation, key, scope, provider, form, secret } = options;
  return guarded(() => {
    const request = modelRequestOf(input);
    if (keepsServerState(request)) return 'server_state';
    if (scope === 'user' && context.userId === undefined && !isPersonal(request)) return 'no_user';
    const resolvedModel = resolved(options.model, input, context);
    const whose = scopeOf(scope, request, context, secret);
    const text = decisiveText(input, context, request, resolvedModel, options);
    if (text === undefined) return 'no_key';
    const model = resolvedModel ?? (key === undefined ? namedModel(input) : undefined);
    const known = (decisive: string): CacheRequest => ({
      key: cacheKey({ operation, scope: whose, decisive, provider }, secret),
      decisive,
      model,
      form: formOf(input, request, form),
      dialect: request?.dialect,
    });
    return typeof text === 'string' ? known(text) : text.then(known);
  });
}

function guarded<T>(read: () => T | CacheSkipReason | Promise<T>): Read<T> {
  try {
    const given = read();
    return given instanceof Promise ? given.catch(reasonOf) : given;
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): CacheSkipReason {
  return error instanceof UncacheableInputError ? 'unserializable' : 'policy';
}

/** What of a request decides its answer, as text; undefined if the user's `key` gives nothing. */
function decisiveText<I>(
  input: I,
  context: WorkflowContext,
  request: ModelRequest | undefined,
  resolvedModel: string | undefined,
  { key, vary, scope }: RequestKeyOptions<I>,
): string | Promise<string> | undefined {
  const own = key?.(input, context);
  ignoreRejection(own);
  if (key !== undefined && (own ?? undefined) === undefined) return undefined;
  const material =
    key === undefined ? effectiveOf(input, request, scope === 'user', resolvedModel) : [resolvedModel, own];
  const varied: unknown = typeof vary === 'function' ? vary(input, context) : vary;
  ignoreRejection(varied);
  const [text, beside] = [canonicalItem(material), canonicalItem(varied)];
  if (typeof text === 'string' && typeof beside === 'string') return `${text},${beside}`;
  return Promise.all([text, beside]).then((both) => both.join(','));
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
  const headers = requests.headers?.(fields) ?? (requests.headers === undefined ? [] : null);
  if (headers === null) throw new UncacheableInputError('a request with headers that cannot be read has no key');
  const whole = isPerUser ? [body, requests.person(fields)] : body;
  return headers.length === 0 ? whole : [whole, ...headers];
}

function keepsServerState(request: ModelRequest | undefined): boolean {
  return request?.requests.keepsServerState(request.fields) === true;
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

/** Longer ones are digested again each time: their digest costs less than their place. */
const MAX_LENGTH = 512;

/** How much is remembered for one cache: some thousands of requests. */
const MAX_REMEMBERED_BYTES = 8_388_608;

/** What a request takes beside its texts: its keys and objects. */
const OVERHEAD_BYTES = 1_024;

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
  #bytes = 0;

  recall(tenant: string | undefined, text: string): KnownRequest | undefined {
    return this.#byTenant.get(tenant)?.get(text);
  }

  remember(tenant: string | undefined, text: string, request: KnownRequest): void {
    const bytes = ((tenant?.length ?? 0) + text.length + request.decisive.length) * 2 + OVERHEAD_BYTES;
    if (this.#bytes + bytes > MAX_REMEMBERED_BYTES) {
      this.#byTenant.clear();
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    const known = this.#byTenant.get(tenant) ?? new Map<string, KnownRequest>();
    if (known.size === 0) this.#byTenant.set(tenant && ownText(tenant), known);
    known.set(ownText(text), { ...request, decisive: ownText(request.decisive) });
  }
}
