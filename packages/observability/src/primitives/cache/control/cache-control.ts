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
 * What one caller asks of a cache, as a request header `Cache-Control` does (RFC 9111, 5.2.1); durations are milliseconds.
 *
 * It counts for the first cache that the execution reaches on its way, and that cache keeps it to itself: caches inside its step
 * do not see it. With an `operation` it counts for the caches of that name wherever they are, and every other passes it on.
 */
export interface CacheControl {
  /** Ask the step, whatever is stored, and store its answer. Callers who ask so at the same time share one call. */
  readonly noCache?: boolean | undefined;
  /** Ask the step for this caller alone; serve nothing that is stored, and store nothing. */
  readonly noStore?: boolean | undefined;
  /** Serve only what is younger, and nothing stale unless `maxStaleMs` allows it. */
  readonly maxAgeMs?: number | undefined;
  /** Serve at once what is past its ttl by less than this, also if the cache itself would not; and never anything staler. */
  readonly maxStaleMs?: number | undefined;
  /** Reject with a {@link NotCachedError} instead of asking the step. */
  readonly onlyIfCached?: boolean | undefined;
  /** Which caches are meant. @defaultValue the first one that the execution reaches */
  readonly operation?: string | undefined;
  /** Told once how the lookup ended, before the answer is given. */
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
 * A context whose executions ask something special of a cache. What the context asked before stays, unless `control` says otherwise.
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
