import { readFileSync } from 'node:fs';
import type { Failure } from '../failure.ts';

/**
 * What clients of models threw against a server on the loopback, on Node.js 24.21: openai 7.59, @anthropic-ai/sdk 1.14, @google/genai 3.3,
 * ai 7.0, @langchain/openai 1.6, @langchain/anthropic 1.5, @aws-sdk/client-bedrock-runtime 3.1164, ollama 0.6, cohere-ai 8.1,
 * @mistralai/mistralai 2.7 and `fetch`. One error per line, reduced to the members that say what failed.
 */
export interface ThrownError {
  /** The client, the kind of call, and what happened to it. */
  readonly id: string;
  /** What it means; null if unknown. */
  readonly expect: Failure | null;
  /** What it means is a choice; the test gives the reason. */
  readonly decided?: true;
  /** The clock in milliseconds for a date in a header. */
  readonly now?: number;
  readonly error: Shape;
}

/**
 * The members of an error. `#classes` are the names of its class and superclasses, without which it is a plain object; `#hidden`
 * members are not enumerable; `#headers` and `#response` are a real `Headers` and `Response`.
 */
type Shape = Readonly<Record<string, unknown>>;

const FILE = new URL('./thrown-errors.jsonl', import.meta.url);

/** The lines of the file. */
export function thrownErrors(): readonly ThrownError[] {
  const lines = readFileSync(FILE, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as ThrownError); // the file beside this one
}

/** Makes an object of that shape. */
export function revived(shape: Shape): object {
  const { '#classes': classes, '#hidden': hidden = {}, ...members } = shape;
  const error = typeof classes === 'string' ? errorOf(classes.split(' < ')) : {};
  for (const [name, value] of Object.entries(members)) define(error, name, value, !NEVER_LISTED.has(name) || !classes);
  for (const [name, value] of Object.entries(hidden as Shape)) define(error, name, value, false);
  return error;
}

/** An `Error` does not list these. */
const NEVER_LISTED: ReadonlySet<string> = new Set(['message', 'name', 'cause', 'errors']);

/** An error whose classes have these names, as two copies of one SDK have. */
function errorOf(classNames: readonly string[]): object {
  let prototype: object = Error.prototype;
  for (const name of classNames.toReversed()) {
    if (name === 'Error') continue;
    const made = { name };
    prototype = Object.create(prototype, {
      constructor: { value: Object.defineProperty(() => undefined, 'name', { value: made.name }) },
    });
  }
  return Object.setPrototypeOf(new Error(), prototype) as object; // which returns its first argument
}

function define(target: object, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, name, { value: revivedValue(value), enumerable, writable: true, configurable: true });
}

function revivedValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revivedValue);
  const { '#headers': headers, '#response': status, ...rest } = value as Shape;
  if (headers !== undefined) return new Headers(headers as Record<string, string>);
  if (typeof status === 'number')
    return new Response(null, { status, headers: rest['headers'] as Record<string, string> });
  if ('#classes' in rest) return revived(rest);
  return Object.fromEntries(Object.entries(rest).map(([name, member]) => [name, revivedValue(member)]));
}
