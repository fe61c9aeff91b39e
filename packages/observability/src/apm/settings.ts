import { checkNoUnknown, checkNumber, type NumberRange, type OptionNames, refusal } from 'tta-dev-primitives/internal';
import { messageOf, Problem } from './problem.ts';

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a value of an option, or a text of a variable; throws a sentence that names it and says what is allowed. */
type Read<T> = (name: string, given: unknown) => T;

/** A setting and where it comes from: the option if it is given, else the first variable that is set. */
export interface Source {
  readonly option?: string;
  readonly value?: unknown;
  readonly variables?: readonly string[];
}

/** The longest time that Node.js can wait. */
export const LONGEST_WAIT_MS: number = 2 ** 31 - 1;

const OPTION = 'initializeObservability';
const VARIABLE = 'environment';

const TRUE = ['true', '1', 'yes', 'on'];
const FALSE = ['false', '0', 'no', 'off'];

/**
 * Reads settings, the first source that has one winning: the option, then each variable in turn, then the default.
 *
 * An invalid value is listed in `problems`, and the next source is asked.
 */
export class Settings {
  readonly problems: Problem[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  number<D>(source: Source, fallback: D, range: NumberRange): number | D {
    const fromOption: Read<number> = (name, given) => {
      checkNumber(OPTION, name, given, range);
      return given;
    };
    const fromVariable: Read<number> = (name, text) => {
      const number = Number(text);
      if (Number.isNaN(number)) throw new TypeError(refusal(VARIABLE, name, text, 'a number'));
      checkNumber(VARIABLE, name, number, range);
      return number;
    };
    return this.#read(source, fromOption, fromVariable, fallback);
  }

  boolean(source: Source, fallback: boolean): boolean {
    const fromOption: Read<boolean> = (name, given) => {
      if (typeof given === 'boolean') return given;
      throw new TypeError(refusal(OPTION, name, given, 'true or false'));
    };
    const fromVariable: Read<boolean> = (name, text) => {
      const word = String(text).toLowerCase();
      if (TRUE.includes(word)) return true;
      if (FALSE.includes(word)) return false;
      throw new RangeError(refusal(VARIABLE, name, text, 'true or false'));
    };
    return this.#read(source, fromOption, fromVariable, fallback);
  }

  text<D>(source: Source, fallback: D): string | D {
    return this.#readText(source, 'a text that is not empty', (text) => (text === '' ? undefined : text), fallback);
  }

  oneOf<W extends string, D>(source: Source, words: readonly W[], fallback: D): W | D {
    const allowed = `one of ${words.join(', ')}`;
    return this.#readText(
      source,
      allowed,
      (text) => words.find((word) => word.toLowerCase() === text.toLowerCase()),
      fallback,
    );
  }

  /** An http or https URL, as it was written. */
  url(source: Source): string | undefined {
    const isUrl = (text: string): boolean => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
    return this.#readText(source, 'an http or https URL', (text) => (isUrl(text) ? text : undefined), undefined);
  }

  /** An option that is an object; anything else is listed and counts as not given. */
  record<T extends object>(option: string, value: T | undefined): T | undefined {
    if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) return value;
    this.report(refusal(OPTION, option, value, 'an object'));
    return undefined;
  }

  /** Lists every option with an unknown name, which would be ignored silently. */
  names<Options extends object>(options: Options, known: OptionNames<Options>, path?: string): void {
    for (const name of Object.keys(options)) {
      try {
        checkNoUnknown(OPTION, { [name]: undefined }, known, path);
      } catch (error) {
        this.report(messageOf(error));
      }
    }
  }

  /** The words of a comma-separated variable; undefined when it is not set. */
  list<W extends string>(variable: string, words: readonly W[]): ReadonlySet<W> | undefined {
    const items = this.variable(variable)
      ?.split(',')
      .map((item) => item.trim().toLowerCase());
    if (items === undefined) return undefined;
    const isKnown = (item: string): item is W => (words as readonly string[]).includes(item);
    for (const item of items) {
      if (!isKnown(item)) this.report(refusal(VARIABLE, variable, item, `of ${words.join(', ')}`));
    }
    return new Set(items.filter(isKnown));
  }

  /** A variable as it is, if it is set. */
  variable(name: string): string | undefined {
    const text = this.#env[name]?.trim();
    return text === '' ? undefined : text;
  }

  /** Lists a value that could not be used, once however often it is read. */
  report(sentence: string): void {
    const message = `${sentence}; it is ignored`;
    if (!this.problems.some((problem) => problem.message === message)) {
      this.problems.push(new Problem('invalid_value', message));
    }
  }

  #readText<T, D>(source: Source, allowed: string, accept: (text: string) => T | undefined, fallback: D): T | D {
    const readFrom =
      (owner: string): Read<T> =>
      (name, given) => {
        const accepted = typeof given === 'string' ? accept(given.trim()) : undefined;
        if (accepted === undefined) throw new TypeError(refusal(owner, name, given, allowed));
        return accepted;
      };
    return this.#read(source, readFrom(OPTION), readFrom(VARIABLE), fallback);
  }

  #read<T, D>(
    { option = '', value, variables = [] }: Source,
    fromOption: Read<T>,
    fromVariable: Read<T>,
    fallback: D,
  ): T | D {
    const sources: (() => T)[] = variables
      .filter((name) => this.variable(name) !== undefined)
      .map((name) => () => fromVariable(name, this.variable(name)));
    if (value !== undefined) sources.unshift(() => fromOption(option, value));
    for (const read of sources) {
      try {
        return read();
      } catch (error) {
        this.report(messageOf(error));
      }
    }
    return fallback;
  }
}
