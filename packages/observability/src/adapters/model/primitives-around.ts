import { followOutput, RetryPrimitive, type WorkflowPrimitive } from 'tta-dev-primitives';
import { isOngoing } from 'tta-dev-primitives/internal';
import {
  type CacheOptions,
  CachePrimitive,
  LimitPrimitive,
  type RouterOptions,
  RouterPrimitive,
  TimeoutPrimitive,
} from '../../primitives/index.ts';
import { withStreamLimits } from '../stream-limits.ts';
import type { ModelOptions, RoutedOptions } from './model-options.ts';
import type { StoredForm } from './stored-form.ts';

/** Options whose operation has its name. */
type Named<Options> = Options & { readonly operation: string };

/** A call that is tried again, if there is an option for that. */
export function retried<I, O>(
  call: WorkflowPrimitive<I, O>,
  { retry }: Pick<ModelOptions<I, O>, 'retry'>,
): WorkflowPrimitive<I, O> {
  return retry === undefined ? call : new RetryPrimitive(call, retry);
}

/** One of several calls, as the options pick it. */
export function routed<I, O, Name extends string>(
  calls: Readonly<Record<Name, WorkflowPrimitive<I, O>>>,
  options: Named<RoutedOptions<I, O, Name>>,
): WorkflowPrimitive<I, O> {
  const { strategy, baseline, fallback, prices, operation } = options;
  const { defaultRoute = Object.keys(calls)[0] as Name } = options; // there is one
  const settings: RouterOptions<I, Name> = { strategy, defaultRoute, baseline, fallback, prices, operation };
  return new RouterPrimitive<I, O, Name>(calls, settings);
}

/** Puts the primitives around, as far as their options are set: timeout(cache(limit(asked))). */
export function primitivesAround<I, O>(
  asked: WorkflowPrimitive<I, O>,
  options: Named<ModelOptions<I, O>>,
  form: StoredForm,
): WorkflowPrimitive<I, O> {
  const { operation, prices, cache, limit, timeout } = options;
  let built = asked;
  if (limit !== undefined) built = new LimitPrimitive(built, { operation, prices, ...limit });
  if (cache !== undefined) built = cachedAs(form, built, { operation, prices, ...cache });
  if (timeout !== undefined) built = new TimeoutPrimitive(built, { operation, ...withStreamLimits(timeout) });
  return built;
}

/** A cache that stores the answers of a step in a form of plain data. */
export function cachedAs<I, O>(
  { toStored, fromStored }: StoredForm,
  asked: WorkflowPrimitive<I, O>,
  options: CacheOptions<I>,
): WorkflowPrimitive<I, O> {
  const stored = asked.pipe((answer) => mapAnswer(answer, toStored));
  return new CachePrimitive(stored, options).pipe((answer) => mapAnswer(answer, fromStored));
}

/** Maps a whole answer, or every part of a stream. */
function mapAnswer<O>(answer: O, map: (value: unknown) => unknown): O {
  if (isOngoing(answer)) return followOutput(answer, { map, isStrict: true });
  return map(answer) as O; // answers are mapped to answers
}

/** Whether a workflow makes all further attempts itself, which those of a framework would multiply. */
export function isFinal({ retry, fallback }: { readonly retry?: unknown; readonly fallback?: unknown }): boolean {
  return retry !== undefined || (fallback !== undefined && fallback !== false);
}
