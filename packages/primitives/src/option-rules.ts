import {
  checkBoolean,
  checkFunction,
  checkMethods,
  checkNoUnknown,
  checkNumber,
  checkOneOf,
  checkText,
  type NumberRange,
  refusal,
} from './options.ts';

/** How an option is checked, and what it is when it is missing. */
export interface OptionRule<Fallback> {
  /** @throws TypeError or RangeError that names the option, the value and what is allowed */
  readonly check: (owner: string, option: string, value: unknown) => void;
  readonly fallback: Fallback;
  /** Whether it is checked also when it is missing. */
  readonly isRequired: boolean;
}

/** One rule for each option: a table that lacks an option, or has one more, does not compile. */
export type OptionRules<Options> = { readonly [Name in keyof Options]-?: OptionRule<Options[Name] | undefined> };

/** The rules of options, where the named options have a default: the type of an exported table. */
export type OptionRulesOf<Options, Named extends keyof Options> = {
  readonly [Name in keyof Options]-?: OptionRule<Name extends Named ? Exclude<Options[Name], undefined> : undefined>;
};

/** Options in which the named ones are always present. */
export type WithFallbacks<Options, Named extends keyof Options> = {
  readonly [Name in keyof Options]-?: Name extends Named ? Exclude<Options[Name], undefined> : Options[Name];
};

/** The names of the options that have a fallback. */
export type NamesWithFallback<Rules> = {
  [Name in keyof Rules]: Rules[Name] extends OptionRule<undefined> ? never : Name;
}[keyof Rules];

/**
 * Checks options by their rules, and fills in those that are missing.
 *
 * @param owner - whose options they are, as the reader knows it: `TimeoutPrimitive`
 * @param path - where the options are found, when they are an option themselves: `stream`
 * @throws TypeError or RangeError that names the first option that is unknown or wrong
 * @example
 * ```ts
 * const RULES = {
 *   maxConcurrent: required(numberOption({ atLeast: 1, isInteger: true })),
 *   maxQueued: numberOption({ atLeast: 0 }, 0),
 * } satisfies OptionRules<BulkheadOptions>;
 *
 * const { maxConcurrent, maxQueued } = readOptions('BulkheadPrimitive', options, RULES);
 * ```
 */
export function readOptions<Options extends object, Rules extends Readonly<Record<keyof Options, OptionRule<unknown>>>>(
  owner: string,
  options: Options,
  rules: Rules,
  path?: string,
): WithFallbacks<Options, NamesWithFallback<Rules> & keyof Options> {
  checkNoUnknown(owner, options, rules, path);
  const read: Record<string, unknown> = {};
  for (const [name, { check, fallback, isRequired }] of Object.entries<OptionRule<unknown>>(rules)) {
    const value: unknown = options[name as keyof Options];
    if (value !== undefined || isRequired) check(owner, path === undefined ? name : `${path}.${name}`, value);
    read[name] = value === undefined ? fallback : value;
  }
  return read as WithFallbacks<Options, NamesWithFallback<Rules> & keyof Options>; // each option has been read by the rule of its name
}

/** An option with a check of its own. */
export function option(check: OptionRule<undefined>['check']): OptionRule<undefined>;
export function option<Fallback>(check: OptionRule<Fallback>['check'], fallback: Fallback): OptionRule<Fallback>;
export function option(check: OptionRule<unknown>['check'], fallback?: unknown): OptionRule<unknown> {
  return { check, fallback, isRequired: false };
}

/** An option that must not be missing. */
export function required<Fallback>(rule: OptionRule<Fallback>): OptionRule<Fallback> {
  return { ...rule, isRequired: true };
}

/** An option that is checked elsewhere. */
export const anyOption: OptionRule<undefined> = option(() => {});

export function numberOption(range?: NumberRange): OptionRule<undefined>;
export function numberOption(range: NumberRange, fallback: number): OptionRule<number>;
export function numberOption(range: NumberRange = {}, fallback?: number): OptionRule<number | undefined> {
  return option((owner, name, value) => checkNumber(owner, name, value, range), fallback);
}

export function booleanOption(fallback: boolean): OptionRule<boolean> {
  return option(checkBoolean, fallback);
}

export function functionOption(): OptionRule<undefined>;
export function functionOption<Fallback>(fallback: Fallback): OptionRule<Fallback>;
export function functionOption(fallback?: unknown): OptionRule<unknown> {
  return option(checkFunction, fallback);
}

export const textOption: OptionRule<undefined> = option(checkText);

/** A text that is not empty. */
export const nameOption: OptionRule<undefined> = option((owner, name, value) => {
  if (typeof value !== 'string' || value === '') throw new TypeError(refusal(owner, name, value, 'a name'));
});

/** An object with methods. */
export function methodsOption(...methods: readonly string[]): OptionRule<undefined> {
  return option((owner, name, value) => checkMethods(owner, name, value, methods));
}

/** One of a few words. */
export function wordOption<const Word extends string>(
  words: readonly Word[],
  fallback: NoInfer<Word>,
): OptionRule<Word> {
  return option((owner, name, value) => checkOneOf(owner, name, value, words), fallback);
}
