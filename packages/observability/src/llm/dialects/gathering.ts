import { safely } from 'tta-dev-primitives/internal';
import { field } from '../fields.ts';

/** A whole cannot be made of its parts, or parts of a whole, without guessing. */
class InexactError extends Error {}

/** Ends a conversion that would have to guess. */
export function inexact(): never {
  throw new InexactError('not without guessing');
}

/** The result of a conversion; undefined if it would have had to guess, or if the data cannot be read. */
export function exactly<T>(convert: () => T): T | undefined {
  return safely(convert);
}

/**
 * What becomes of a field that several parts tell.
 * - `text`: the parts are pieces of one text.
 * - `items`: the parts are pieces of one list.
 * - `latest`: the last part that tells it is right.
 * - `same`: every part that has it must give the same value.
 * - `dropped`: it says something of the part only.
 * - a function that makes a gatherer: the parts of an object, or of a list, are gathered in turn.
 */
export type Rule = 'text' | 'items' | 'latest' | 'same' | 'dropped' | (() => Gatherer);

export type Rules = Readonly<Record<string, Rule>>;

/** Makes a whole of its parts. Both methods throw where they would have to guess. */
export interface Gatherer {
  add(part: unknown): unknown;
  whole(): unknown;
}

/** How fields without a rule are taken. */
export interface UnknownFields {
  /**
   * Whether equal texts, numbers or lists in two parts are one repeated value, and not two equal pieces; `texts` if only texts are.
   */
  readonly mayRepeat: boolean | 'texts';
}

/**
 * Gathers the fields of one object out of parts of it.
 *
 * A field without a rule survives if one part has it, or if others repeat its value and it cannot be a second piece. Different values may
 * be pieces or corrections, and the data does not say which. Null counts only if no part has another value.
 */
export class Gathering implements Gatherer {
  readonly #fields = new Map<string, unknown>();
  readonly #gatherers = new Map<string, Gatherer>();
  readonly #rules: Rules;
  readonly #mayRepeat: boolean | 'texts';

  constructor(rules: Rules, { mayRepeat }: UnknownFields = { mayRepeat: false }) {
    this.#rules = rules;
    this.#mayRepeat = mayRepeat;
  }

  /** @throws if a field cannot be gathered without guessing */
  add(part: unknown): this {
    for (const [name, value] of Object.entries(objectOf(part))) this.#addField(name, value);
    return this;
  }

  /** The value of a field so far, as it is or as the gatherer of its parts. */
  get(name: string): unknown {
    return this.#gatherers.get(name) ?? this.#fields.get(name);
  }

  /** Everything that was told, as an object of its own. */
  whole(): Record<string, unknown> {
    const wholes = Array.from(this.#gatherers, ([name, gatherer]) => [name, gatherer.whole()]);
    return { ...Object.fromEntries(this.#fields), ...Object.fromEntries(wholes) };
  }

  #addField(name: string, value: unknown): void {
    const rule = Object.hasOwn(this.#rules, name) ? this.#rules[name] : undefined;
    if (value === undefined || rule === 'dropped') return;
    const told = this.#fields.get(name);
    if (typeof rule === 'function') {
      if (value !== null) this.#gathererOf(name, rule).add(value);
    } else if (isNothing(value)) this.#fields.set(name, told ?? value);
    else this.#fields.set(name, isNothing(told) ? value : this.#joined(rule, told, value));
  }

  #gathererOf(name: string, make: () => Gatherer): Gatherer {
    const gatherer = this.#gatherers.get(name) ?? make();
    this.#gatherers.set(name, gatherer);
    return gatherer;
  }

  #mayBePiece(value: unknown): boolean {
    if (typeof value === 'string') return this.#mayRepeat === false;
    return this.#mayRepeat !== true && (typeof value === 'number' || Array.isArray(value));
  }

  #joined(rule: Rule | undefined, told: unknown, value: unknown): unknown {
    if (rule === 'latest') return value;
    if (rule === 'text' && typeof told === 'string' && typeof value === 'string') return told + value;
    if (rule === 'items' && Array.isArray(told) && Array.isArray(value)) return [...told, ...value];
    const isSame = JSON.stringify(told) === JSON.stringify(value);
    return isSame && (rule === 'same' || !this.#mayBePiece(value)) ? told : inexact();
  }
}

/** Gathers the objects of a list, each out of the parts that have its index. */
export class ListGathering<Item extends Gatherer> implements Gatherer {
  readonly #items = new Map<unknown, Item>();
  readonly #make: () => Item;

  constructor(make: () => Item) {
    this.#make = make;
  }

  /** @throws if a part has no index */
  add(parts: unknown): this {
    for (const part of itemsOf(parts)) this.at(field(part, 'index')).add(part);
    return this;
  }

  /** The object with this index, begun when it is first asked for. */
  at(index: unknown): Item {
    if (!Number.isSafeInteger(index)) inexact();
    const item = this.#items.get(index) ?? this.#make();
    this.#items.set(index, item);
    return item;
  }

  whole(): unknown[] {
    const items = [...this.#items].sort(([left], [right]) => Number(left) - Number(right));
    return items.map(([, item]) => item.whole());
  }
}

/** An empty text stands for nothing where providers have to say something. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** The object that a value is; anything else cannot be converted. */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : inexact();
}

/** The list that a value is; anything else cannot be converted. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : inexact();
}

/** The object without some of its fields. */
export function without(value: object, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}
