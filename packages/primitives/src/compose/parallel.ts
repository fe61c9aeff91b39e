import { numberOption, type OptionRules, readOptions, wordOption } from '../option-rules.ts';
import { refusal } from '../options.ts';
import { asPrimitive, ParallelPrimitive, type Step, type WorkflowPrimitive } from '../primitive.ts';
import type { ParallelMode, ParallelOptions } from './branches.ts';
import type { AnyStep, InputOf, OutputOf } from './sequence.ts';

const RULES = {
  mode: wordOption(['fail-fast', 'settle', 'any', 'race'], 'fail-fast'),
  concurrency: numberOption({ atLeast: 1, isInteger: true, allowInfinity: true }, Infinity),
  graceMs: numberOption({ atLeast: 0 }, 0),
} satisfies OptionRules<ParallelOptions>;

type AnyBranches = readonly AnyStep[] | Readonly<Record<string, AnyStep>>;

/** The branches share one input, so it must suit all of them: the intersection of theirs. */
type SharedInput<Branches> = {
  [Key in keyof Branches]: (input: InputOf<Branches[Key]>) => void;
}[keyof Branches & (Branches extends readonly unknown[] ? number : keyof Branches)] extends (input: infer I) => void
  ? I
  : never;

type Outputs<Branches> = { -readonly [Key in keyof Branches]: OutputOf<Branches[Key]> };

type Settled<Branches> = { -readonly [Key in keyof Branches]: PromiseSettledResult<OutputOf<Branches[Key]>> };

type Winner<Branches> = Branches extends readonly unknown[]
  ? OutputOf<Branches[number]>
  : OutputOf<Branches[keyof Branches]>;

type Result<Branches, Mode extends ParallelMode> = Mode extends 'fail-fast'
  ? Outputs<Branches>
  : Mode extends 'settle'
    ? Settled<Branches>
    : Winner<Branches>;

/** Only a tuple of outputs can be lengthened by `par`; everything else is a step like any other. */
type Parallel<Branches, Mode extends ParallelMode> = Mode extends 'fail-fast'
  ? Branches extends readonly unknown[]
    ? ParallelPrimitive<SharedInput<Branches>, Outputs<Branches>>
    : WorkflowPrimitive<SharedInput<Branches>, Outputs<Branches>>
  : WorkflowPrimitive<SharedInput<Branches>, Result<Branches, Mode>>;

/**
 * Runs steps side by side on the same input. The outputs have the shape of the branches: a tuple for a tuple, a record
 * for a record.
 *
 * Each branch has a child context with its own signal; state is shared. When the caller cancels, or when one branch
 * makes the others pointless, their signals are aborted with that reason, and the caller gets the result at once, even
 * if the branches ignore their signals.
 *
 * @throws TypeError or RangeError that names an invalid option; TypeError if there are no branches
 * @example
 * ```ts
 * const facts = parallel({ length: (text: string) => text.length, shouted: (text: string) => text.toUpperCase() });
 * await facts.execute('abc'); // { length: 3, shouted: 'ABC' }
 * ```
 */
export function parallel<const Branches extends AnyBranches, Mode extends ParallelMode = 'fail-fast'>(
  branches: Branches,
  options: ParallelOptions & { readonly mode?: Mode | undefined } = {},
): Parallel<Branches, Mode> {
  const read = readOptions('parallel', options, RULES);
  if (typeof branches !== 'object' || branches === null) {
    throw new TypeError(refusal('parallel', 'branches', branches, 'an array or an object of steps'));
  }
  const entries = Object.entries(branches).map(
    ([name, branch]) => [name, asPrimitive(branch as Step<unknown, unknown>)] as const,
  );
  if (entries.length === 0) throw new TypeError('parallel: it must have at least one branch, but it has none');
  const primitives = Array.isArray(branches) ? entries.map(([, branch]) => branch) : Object.fromEntries(entries);
  return new ParallelPrimitive(primitives, read) as unknown as Parallel<Branches, Mode>;
}
