/**
 * Responses of the client are instances of a class whose getters read the data of the instance and keep nothing of their own. The
 * class is known by its getters, because bundlers rename it.
 */
const GETTERS = ['text', 'functionCalls', 'executableCode', 'codeExecutionResult'] as const;

/** The name of the class of a response as the client gives it; undefined for plain data. */
export function nameOfInstance(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return undefined;
  const isOfClient = GETTERS.every((name) => Object.getOwnPropertyDescriptor(prototype, name)?.get !== undefined);
  return isOfClient && Object.getPrototypeOf(prototype) === Object.prototype ? 'generate_content_response' : undefined;
}
