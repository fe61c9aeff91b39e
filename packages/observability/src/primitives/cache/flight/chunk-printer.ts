import { safely } from 'tta-dev-primitives/internal';

/**
 * Writes chunks of a stream as JSON. Most chunks of a stream are alike: the printer learns what they have in common, and writes only what
 * differs. That costs half as much as to check and to write each of them.
 */
export class ChunkPrinter {
  #pattern: Pattern | undefined;
  /** The JSON before, between and after the values that vary. */
  #pieces: readonly string[] = [];
  readonly #varying: unknown[] = [];
  #lessons = 0;
  /** Whether the pattern has printed a chunk. */
  #isProven = false;
  /** How many chunks in a row the pattern has not printed. */
  #misses = 0;

  /** The JSON of a chunk; undefined unless the chunk is plain data, and differs from those learned in single values alone. Never throws. */
  print(chunk: unknown): string | undefined {
    const text = this.#printed(chunk);
    if (text === undefined) return undefined;
    this.#isProven = true;
    this.#misses = 0;
    return text;
  }

  #printed(chunk: unknown): string | undefined {
    if (this.#pattern === undefined) return undefined;
    this.#varying.length = 0;
    try {
      return matches(chunk, this.#pattern, this.#varying) ? this.#text() : undefined;
    } catch {
      return undefined; // a getter or a proxy that throws
    }
  }

  /**
   * Learns a chunk that was not printed. A pattern that has printed chunks is kept until several in a row differ: the last chunks of a stream,
   * with its finish and its usage, are unlike all others.
   *
   * @param chunk - plain data
   * @param text - the JSON of the chunk
   */
  learn(chunk: unknown, text: string): void {
    this.#misses += 1;
    if (this.#lessons === MAX_LESSONS || (this.#isProven && this.#misses < MIN_MISSES)) return;
    this.#lessons += 1;
    this.#isProven = false;
    const pattern = safely(() => patternOf(chunk, this.#pattern, MAX_DEPTH));
    this.#pattern = pattern instanceof Pattern ? pattern : undefined;
    this.#pieces = this.#pattern === undefined ? [] : piecesOf(this.#pattern);
    if (this.#printed(chunk) !== text) this.#pattern = undefined; // it is more than its enumerable data, such as a `toJSON`
  }

  #text(): string {
    let text = this.#pieces[0] as string; // there is one more than values that vary
    for (let index = 0; index < this.#varying.length; index += 1) {
      const value = this.#varying[index];
      text += (typeof value === 'string' ? JSON.stringify(value) : String(value)) + this.#pieces[index + 1];
    }
    return text;
  }
}

/** A stream whose chunks differ more often is not worth it. */
const MAX_LESSONS = 16;

/** So many chunks in a row must differ from a pattern that has printed chunks before another is learned. */
const MIN_MISSES = 3;

/** Deeper or larger chunks have no pattern. */
const MAX_DEPTH = 8;
const MAX_MEMBERS = 64;

/** A list, or a record with these names, whose values are texts, numbers and the like, patterns, or vary. */
class Pattern {
  readonly names: readonly string[] | undefined;
  readonly values: readonly unknown[];

  constructor(names: readonly string[] | undefined, values: readonly unknown[]) {
    this.names = names;
    this.values = values;
  }
}

/** Stands for a text, a number, a boolean or null. */
const VARYING = Symbol('varying');

/** @param varying - gets the values that vary, in their order; has them all only if the data match */
function matches(data: unknown, { names, values }: Pattern, varying: unknown[]): boolean {
  if (typeof data !== 'object' || data === null) return false;
  let index = 0;
  if (names === undefined) {
    if (!Array.isArray(data) || data.length !== values.length) return false;
    for (; index < values.length; index += 1) if (!isLike(data[index], values[index], varying)) return false;
    return true;
  }
  if (Object.getPrototypeOf(data) !== Object.prototype) return false;
  for (const name in data) {
    if (name !== names[index]) return false;
    if (!isLike((data as Record<string, unknown>)[name], values[index], varying)) return false;
    index += 1;
  }
  return index === names.length;
}

function isLike(value: unknown, expected: unknown, varying: unknown[]): boolean {
  if (expected === VARYING) return isSingle(value) && varying.push(value) > 0;
  return value === expected || (expected instanceof Pattern && matches(value, expected, varying));
}

function isSingle(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    default:
      return value === null;
  }
}

/** What data have in common with a pattern: the value, a pattern, or that it varies; undefined if they are too deep or too large. */
function patternOf(data: unknown, known: unknown, depth: number): unknown {
  if (data === undefined) return undefined;
  if (typeof data !== 'object' || data === null) return known === undefined || known === data ? data : VARYING;
  const names = Array.isArray(data) ? undefined : Object.keys(data);
  const members: readonly unknown[] = Object.values(data);
  if (depth === 0 || members.length > MAX_MEMBERS) return undefined;
  const isAlike =
    known instanceof Pattern &&
    known.values.length === members.length &&
    (names === known.names || names?.every((name, index) => name === known.names?.[index]) === true);
  const values = members.map((member, index) =>
    patternOf(member, isAlike ? known.values[index] : undefined, depth - 1),
  );
  return values.includes(undefined) ? undefined : new Pattern(names, values);
}

/** @returns the JSON of a pattern, cut where its values vary */
function piecesOf(pattern: Pattern): string[] {
  const pieces = [''];
  const write = (text: string): void => {
    pieces.push(pieces.pop() + text);
  };
  const print = (value: unknown): void => {
    if (value === VARYING) pieces.push('');
    else if (value instanceof Pattern) printMembers(value);
    else write(JSON.stringify(value));
  };
  const printMembers = ({ names, values }: Pattern): void => {
    write(names === undefined ? '[' : '{');
    values.forEach((value, index) => {
      if (index > 0) write(',');
      if (names !== undefined) write(`${JSON.stringify(names[index])}:`);
      print(value);
    });
    write(names === undefined ? ']' : '}');
  };
  printMembers(pattern);
  return pieces;
}
