import type { WorkflowContext } from '../context.ts';
import { asPrimitive, SequencePrimitive, type Step, stepsOf, type WorkflowPrimitive } from '../primitive.ts';

/**
 * A chain of steps as a type: every step accepts what the one before gives; a step that does not becomes a readable refusal,
 * which names its position, counted from 1.
 */
type CheckChain<
  Steps extends readonly unknown[],
  Position extends readonly unknown[] = [unknown, unknown],
> = Steps extends readonly [infer First, infer Second, ...infer Rest]
  ? OutputOf<First> extends InputOf<Second>
    ? CheckChain<readonly [Second, ...Rest], readonly [...Position, unknown]>
    : {
        'step input does not accept previous output': OutputOf<First>;
        wants: InputOf<Second>;
        'at position': Position['length'];
      }
  : unknown;

/** Covers every step; inputs are contravariant, so `never` accepts all of them. */
export type AnyStep = WorkflowPrimitive<never, unknown> | ((input: never, context: WorkflowContext) => unknown);

export type InputOf<S> =
  S extends WorkflowPrimitive<infer I, unknown>
    ? I
    : S extends (input: infer I, ...rest: never[]) => unknown
      ? I
      : never;

export type OutputOf<S> =
  S extends WorkflowPrimitive<never, infer O> ? O : S extends (...parameters: never[]) => infer O ? Awaited<O> : never;

type Last<Steps extends readonly unknown[]> = Steps extends readonly [...unknown[], infer Final] ? Final : never;

/**
 * Runs steps one after the other: the output of each is the input of the next.
 *
 * The parameters of plain functions are inferred for up to ten steps. In a longer sequence, annotate them or use
 * `pipe`. Nested sequences are flattened. Later steps see what a step writes to `context.state`.
 *
 * @throws TypeError if there are no steps, or if one is neither a function nor a primitive
 * @example
 * ```ts
 * const titleLength = sequence((page: { title: string }) => page.title, (title) => title.length);
 * await titleLength.execute({ title: 'Moby Dick' }); // 9
 * ```
 */
export function sequence<A, B>(s1: Step<A, B>): WorkflowPrimitive<A, B>;
export function sequence<A, B, C>(s1: Step<A, B>, s2: Step<B, C>): WorkflowPrimitive<A, C>;
export function sequence<A, B, C, D>(s1: Step<A, B>, s2: Step<B, C>, s3: Step<C, D>): WorkflowPrimitive<A, D>;
export function sequence<A, B, C, D, E>(
  s1: Step<A, B>,
  s2: Step<B, C>,
  s3: Step<C, D>,
  s4: Step<D, E>,
): WorkflowPrimitive<A, E>;
export function sequence<A, B, C, D, E, F>(
  s1: Step<A, B>,
  s2: Step<B, C>,
  s3: Step<C, D>,
  s4: Step<D, E>,
  s5: Step<E, F>,
): WorkflowPrimitive<A, F>;
export function sequence<A, B, C, D, E, F, G>(
  s1: Step<A, B>,
  s2: Step<B, C>,
  s3: Step<C, D>,
  s4: Step<D, E>,
  s5: Step<E, F>,
  s6: Step<F, G>,
): WorkflowPrimitive<A, G>;
export function sequence<A, B, C, D, E, F, G, H>(
  s1: Step<A, B>,
  s2: Step<B, C>,
  s3: Step<C, D>,
  s4: Step<D, E>,
  s5: Step<E, F>,
  s6: Step<F, G>,
  s7: Step<G, H>,
): WorkflowPrimitive<A, H>;
export function sequence<A, B, C, D, E, F, G, H, I>(
  s1: Step<A, B>,
  s2: Step<B, C>,
  s3: Step<C, D>,
  s4: Step<D, E>,
  s5: Step<E, F>,
  s6: Step<F, G>,
  s7: Step<G, H>,
  s8: Step<H, I>,
): WorkflowPrimitive<A, I>;
export function sequence<A, B, C, D, E, F, G, H, I, J>(
  s1: Step<A, B>,
  s2: Step<B, C>,
  s3: Step<C, D>,
  s4: Step<D, E>,
  s5: Step<E, F>,
  s6: Step<F, G>,
  s7: Step<G, H>,
  s8: Step<H, I>,
  s9: Step<I, J>,
): WorkflowPrimitive<A, J>;
export function sequence<A, B, C, D, E, F, G, H, I, J, K>(
  s1: Step<A, B>,
  s2: Step<B, C>,
  s3: Step<C, D>,
  s4: Step<D, E>,
  s5: Step<E, F>,
  s6: Step<F, G>,
  s7: Step<G, H>,
  s8: Step<H, I>,
  s9: Step<I, J>,
  s10: Step<J, K>,
): WorkflowPrimitive<A, K>;
export function sequence<const Steps extends readonly [AnyStep, ...AnyStep[]]>(
  ...steps: Steps & CheckChain<Steps>
): WorkflowPrimitive<InputOf<Steps[0]>, OutputOf<Last<Steps>>>;
export function sequence(...steps: readonly Step<never, unknown>[]): WorkflowPrimitive<never, unknown> {
  if (steps.length === 0) throw new TypeError('sequence: it must have at least one step, but it has none');
  return new SequencePrimitive<never, unknown>(steps.flatMap((next) => stepsOf(asPrimitive(next))));
}
