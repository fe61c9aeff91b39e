import { Runnable } from '@langchain/core/runnables';
import type { IterableReadableStream } from '@langchain/core/utils/stream';
import { step, type WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import {
  anyOption,
  booleanOption,
  nameOption,
  type OptionRules,
  readOptions,
  refusal,
} from 'tta-dev-primitives/internal';
import type { CacheOptions } from '../../primitives/index.ts';
import { cachedAs } from '../model/primitives-around.ts';
import { plainInput } from './plain-message.ts';
import { STORED_CHAIN } from './stored-chain.ts';

export interface FromRunnableOptions<I> {
  /** Names the primitive. @defaultValue the name of the Runnable */
  readonly name?: string | undefined;
  /** Whether the Runnable streams its output. @defaultValue false */
  readonly stream?: boolean | undefined;
  /**
   * Answers repeated inputs from a store, see `CachePrimitive`. Messages are compared by their content, and are
   * returned as messages.
   *
   * @defaultValue nothing is stored
   */
  readonly cache?: CacheOptions<I> | undefined;
}

const RULES = {
  name: nameOption,
  stream: booleanOption(false),
  cache: anyOption, // the cache checks its own
} satisfies OptionRules<FromRunnableOptions<never>>;

/** A Runnable of LangChain, whatever its types. */
type AnyRunnable<I, O> = Pick<Runnable<I, O>, 'invoke' | 'stream' | 'getName'>;

/**
 * Turns a Runnable of LangChain into a step of a workflow: a model, a prompt, a chain, a graph. It gets the signal of
 * the workflow.
 *
 * A chat model states no usage or cost here; put `modelCall` around it, or pass a model from `observe`.
 *
 * @throws TypeError or RangeError that names the option if an option is wrong
 * @example
 * ```ts
 * const answer = fromRunnable(prompt.pipe(observe(model)), { cache: {} });
 * await new TimeoutPrimitive(answer, { timeoutMs: 30_000 }).execute({ topic: 'spans' });
 * ```
 */
export function fromRunnable<I, O>(
  runnable: AnyRunnable<I, O>,
  options: FromRunnableOptions<I> & { readonly stream: true },
): WorkflowPrimitive<I, IterableReadableStream<O>>;
export function fromRunnable<I, O>(
  runnable: AnyRunnable<I, O>,
  options?: FromRunnableOptions<I>,
): WorkflowPrimitive<I, O>;
export function fromRunnable<I, O>(
  runnable: AnyRunnable<I, O>,
  options: FromRunnableOptions<I> = {},
): WorkflowPrimitive<I, unknown> {
  if (!Runnable.isRunnable(runnable)) {
    throw new TypeError(refusal('fromRunnable', 'runnable', runnable, 'a Runnable'));
  }
  const {
    name = runnable.getName(),
    stream,
    cache,
  } = readOptions<FromRunnableOptions<I>, typeof RULES>('fromRunnable', options, RULES);
  const run = step<I, unknown>(name, (input, context) =>
    stream ? runnable.stream(input, configOf(context)) : runnable.invoke(input, configOf(context)),
  );
  return cache === undefined ? run : cachedAs(STORED_CHAIN, run, { key: plainInput, ...cache });
}

function configOf(context: WorkflowContext): { readonly signal?: AbortSignal } {
  return context.isAbortable ? { signal: context.signal } : {};
}
