/**
 * The facts that primitives can state about an execution, by name. Every primitive declares its own facts beside itself, by declaration
 * merging, so stating an unknown fact or a wrong value does not compile.
 *
 * @example
 * ```ts
 * declare module 'tta-dev-primitives' {
 *   interface Facts {
 *     'greeting.language': 'en' | 'fr';
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: primitives fill it by declaration merging, which only an interface allows.
export interface Facts {}

export type FactName = keyof Facts;

/** Receives the facts of one execution, while it runs and, for work that outlives its answer, afterwards. */
export type NoteFact = <Name extends FactName>(name: Name, value: Facts[Name]) => void;

/** One fact, as it was stated. */
export interface StatedFact {
  readonly name: FactName;
  readonly value: Facts[FactName];
}

export const noteNothing: NoteFact = () => {};
