/**
 * The results of `@google/genai` are instances of a class whose getters (`text`, `functionCalls`) read the data of the instance and
 * keep nothing of their own. So the data can be stored, and a hit is an instance again.
 */

/** Makes an instance of plain data. */
export type Revive = (data: object) => object;

const GETTERS = ['text', 'functionCalls', 'executableCode', 'codeExecutionResult'] as const;

/** Whether a value is a response as the client of Gemini gives it; its class is known by its getters, because bundlers rename it. */
export function isGeminiInstance(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    return isGeminiPrototype(prototype) && Object.getPrototypeOf(prototype) === Object.prototype;
  } catch {
    return false; // what cannot be looked at (a revoked proxy) is none
  }
}

function isGeminiPrototype(prototype: unknown): prototype is object {
  if (typeof prototype !== 'object' || prototype === null) return false;
  return GETTERS.every((name) => Object.getOwnPropertyDescriptor(prototype, name)?.get !== undefined);
}

/** Makes data what an instance is; of anything else data stay what they are. */
export function revivedLike(original: unknown): Revive {
  return isGeminiInstance(original) ? revivedAs(Object.getPrototypeOf(original) as object) : (data) => data;
}

function revivedAs(prototype: object): Revive {
  return (data) => Object.assign(Object.create(prototype) as object, data);
}

/** No import that a bundler would follow: only who has stored such a response has the package. */
const PACKAGE: string = '@google/genai';

let loading: Promise<Revive | undefined> | undefined;

/** Makes responses of Gemini of stored data, with the client's own class; undefined where the client is not installed. */
export function geminiRevive(): Promise<Revive | undefined> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Revive | undefined> {
  try {
    const client = (await import(PACKAGE)) as { readonly GenerateContentResponse?: { readonly prototype?: unknown } };
    const prototype = client.GenerateContentResponse?.prototype;
    return isGeminiPrototype(prototype) ? revivedAs(prototype) : undefined;
  } catch {
    return undefined; // then its responses cannot be given as what they were, so that the step is asked
  }
}
