import { WorkflowContext } from 'tta-dev-primitives';
import {
  booleanOption,
  functionOption,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
} from 'tta-dev-primitives/internal';
import type { CacheReport } from './cache-report.ts';

/**
 * What one caller asks of a cache, like the request header `Cache-Control` (RFC 9111, 5.2.1). Durations are in milliseconds.
 *
 * It applies to the first cache that the execution reaches. Caches inside the step of that cache do not see it. With an `operation` it
 * applies to the caches of that name, wherever they are, and every other cache passes it on.
 */
export interface CacheControl {
  /**
   * Ask the step even if an answer is stored, and store the new answer. Callers who do this at the same time share one
   * call.
   */
  readonly noCache?: boolean | undefined;
  /** Ask the step for this caller alone. Serve no stored answer, and store nothing. */
  readonly noStore?: boolean | undefined;
  /** Serve only younger answers, and stale answers only if `maxStaleMs` allows them. */
  readonly maxAgeMs?: number | undefined;
  /**
   * Serve an answer that is past its ttl by less than this at once, even if the cache itself would not. Never serve a
   * staler one.
   */
  readonly maxStaleMs?: number | undefined;
  /** Reject with a {@link NotCachedError} instead of asking the step. */
  readonly onlyIfCached?: boolean | undefined;
  /** The name of the caches that this applies to. @defaultValue the first one that the execution reaches */
  readonly operation?: string | undefined;
  /** Called once with the result of the lookup, before the answer is returned. */
  readonly onOutcome?: ((report: CacheReport) => void) | undefined;
}

/** Under `Symbol.for`, to work across copies of this package. In `metadata`, for children to inherit it. */
export const CONTROL: symbol = Symbol.for('tta-observability-integration.cacheControl');

export type Controlled = Readonly<Record<symbol, CacheControl | undefined>>;

const OWNER = 'withCacheControl';

const RULES = {
  noCache: booleanOption(false),
  noStore: booleanOption(false),
  maxAgeMs: numberOption({ atLeast: 0, allowInfinity: true }),
  maxStaleMs: numberOption({ atLeast: 0, allowInfinity: true }),
  onlyIfCached: booleanOption(false),
  operation: option((owner, name, value) => {
    if (typeof value !== 'string' || value === '')
      throw new TypeError(refusal(owner, name, value, 'a string that is not empty'));
  }),
  onOutcome: functionOption(),
} satisfies OptionRules<CacheControl>;

/**
 * Creates a context that controls how caches answer its executions. Earlier cache control of the context stays, unless
 * `control` overrides it.
 *
 * @throws TypeError or RangeError naming the directive if one is wrong
 * @example
 * ```ts
 * const fresh = withCacheControl(context, { maxAgeMs: 60_000 });
 * await cache.execute(request, fresh); // an answer younger than a minute
 * ```
 */
export function withCacheControl(context: WorkflowContext, control: CacheControl): WorkflowContext {
  if (!(context instanceof WorkflowContext)) {
    throw new TypeError(refusal(OWNER, 'context', context, 'a WorkflowContext'));
  }
  readOptions(OWNER, control, RULES);
  const metadata = { ...context.metadata, [CONTROL]: { ...controlIn(context), ...control } };
  return context.child('cache-control', { metadata });
}

/** What was asked of caches, if it was asked of this one. */
export function controlFor(operation: string, control: CacheControl): CacheControl | undefined {
  return control.operation === undefined || control.operation === operation ? control : undefined;
}

/** Whether a caller gets what everybody gets, and wants at most to be told of it. */
export function isOrdinary(control: CacheControl | undefined): boolean {
  if (control === undefined) return true;
  const { noCache, noStore } = control;
  return noCache !== true && noStore !== true && variantOf(control) === '';
}

/** What a caller may ask that makes another stored answer fit; empty for everybody else. */
export function variantOf({ maxAgeMs, maxStaleMs, onlyIfCached = false }: CacheControl): string {
  if (maxAgeMs === undefined && maxStaleMs === undefined && !onlyIfCached) return '';
  return ` ${maxAgeMs},${maxStaleMs},${onlyIfCached}`;
}

/** The metadata for the step of a cache that has taken what it was asked: without it, unless caches were meant by their name. */
export function metadataForStep(context: WorkflowContext): WorkflowContext['metadata'] {
  const control = controlIn(context);
  return control === undefined || control.operation !== undefined
    ? context.metadata
    : ({ ...context.metadata, [CONTROL]: undefined } as WorkflowContext['metadata']);
}

function controlIn({ metadata }: WorkflowContext): CacheControl | undefined {
  return (metadata as Controlled)[CONTROL];
}
