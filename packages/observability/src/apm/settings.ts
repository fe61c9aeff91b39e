import { checkBoolean, checkNoUnknown, checkNumber, type NumberRange, refusal } from 'tta-dev-primitives/internal';
import { messageOf, Problem } from './problem.ts';

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a value of an option, or a text of a variable; throws a sentence that names it and says what is allowed. */
type Read<T> = (name: string, given: unknown) => T;

/** What a setting may be, and the variables that are asked in turn when its option is missing. */
export interface Setting<T> {
  readonly fromOption: Read<T>;
  readonly fromVariable: Read<T>;
  readonly variables: readonly string[];
}

/** One setting for each option: a table that lacks an option, or has one more, does not compile. */
export type SettingsOf<Options> = { readonly [Name in keyof Options]-?: Setting<unknown> };

/** What a table gives: undefined for a setting without a usable source. */
export type Given<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer T> ? T | undefined : never;
};

/** The longest time that Node.js can wait. */
export const LONGEST_WAIT_MS: number = 2 ** 31 - 1;

const OPTION = 'initializeObservability';
const VARIABLE = 'environment';

const TRUE = ['true', '1', 'yes', 'on'];
const FALSE = ['false', '0', 'no', 'off'];

export function numberSetting(range: NumberRange, ...variables: readonly string[]): Setting<number> {
  return {
    variables,
    fromOption(name, given) {
      checkNumber(OPTION, name, given, range);
      return given;
    },
    fromVariable(name, text) {
      const number = Number(text);
      if (Number.isNaN(number)) throw new TypeError(refusal(VARIABLE, name, text, 'a number'));
      checkNumber(VARIABLE, name, number, range);
      return number;
    },
  };
}

export function booleanSetting(...variables: readonly string[]): Setting<boolean> {
  return {
    variables,
    fromOption(name, given) {
      checkBoolean(OPTION, name, given);
      return given === true;
    },
    fromVariable(name, text) {
      const word = String(text).toLowerCase();
      if (!TRUE.includes(word) && !FALSE.includes(word)) {
        throw new RangeError(refusal(VARIABLE, name, text, 'true or false'));
      }
      return TRUE.includes(word);
    },
  };
}

export function textSetting(...variables: readonly string[]): Setting<string> {
  return accepted('a text that is not empty', variables, (text) => (text === '' ? undefined : text));
}

export function wordSetting<const Word extends string>(
  words: readonly Word[],
  ...variables: readonly string[]
): Setting<Word> {
  return accepted(`one of ${words.join(', ')}`, variables, (text) =>
    words.find((word) => word.toLowerCase() === text.toLowerCase()),
  );
}

/** An http or https URL, as it was written. */
export function urlSetting(...variables: readonly string[]): Setting<string> {
  const isUrl = (text: string): boolean => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
  return accepted('an http or https URL', variables, (text) => (isUrl(text) ? text : undefined));
}

/** An object, which no variable holds. */
export function recordSetting<T extends object>(): Setting<T> {
  return otherSetting((name, given) => {
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as T;
    throw new TypeError(refusal(OPTION, name, given, 'an object'));
  });
}

/** A setting that no variable holds, read in a way of its own. */
export function otherSetting<T>(fromOption: Read<T>): Setting<T> {
  return { variables: [], fromOption, fromVariable: fromOption };
}

function accepted<T>(
  allowed: string,
  variables: readonly string[],
  accept: (text: string) => T | undefined,
): Setting<T> {
  const readFrom =
    (owner: string): Read<T> =>
    (name, given) => {
      const value = typeof given === 'string' ? accept(given.trim()) : undefined;
      if (value === undefined) throw new TypeError(refusal(owner, name, given, allowed));
      return value;
    };
  return { variables, fromOption: readFrom(OPTION), fromVariable: readFrom(VARIABLE) };
}

/**
 * Reads settings, the first source that has one winning: the option, then each variable in turn.
 *
 * An invalid value is listed in `problems`, and the next source is asked.
 */
export class Settings {
  readonly problems: Problem[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Reads options by their table. An option with an unknown name is listed, because it would be ignored silently. */
  read<Table extends Readonly<Record<string, Setting<unknown>>>>(
    options: Readonly<Partial<Record<keyof Table, unknown>>>,
    table: Table,
    path?: string,
  ): Given<Table> {
    for (const name of Object.keys(options)) {
      this.#listing(() => checkNoUnknown(OPTION, { [name]: undefined }, table, path));
    }
    const given = Object.entries(table).map(([name, setting]) => [
      name,
      this.#first(setting, path === undefined ? name : `${path}.${name}`, options[name]),
    ]);
    return Object.fromEntries(given) as Given<Table>; // each value was read by the setting of its name
  }

  /** A setting that only variables hold. */
  get<T>(setting: Setting<T>): T | undefined {
    return this.#first(setting, '', undefined);
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

  #first<T>({ fromOption, fromVariable, variables }: Setting<T>, name: string, value: unknown): T | undefined {
    const option = value === undefined ? undefined : this.#listing(() => fromOption(name, value));
    if (option !== undefined) return option;
    for (const variable of variables) {
      const text = this.variable(variable);
      const read = text === undefined ? undefined : this.#listing(() => fromVariable(variable, text));
      if (read !== undefined) return read;
    }
    return undefined;
  }

  #listing<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.report(messageOf(error));
      return undefined;
    }
  }
}
