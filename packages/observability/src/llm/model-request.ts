import type { Dialect, RequestDialect } from './dialects/dialect.ts';
import { dialectOfRequest } from './dialects/registry.ts';
import { isPlainObject } from './fields.ts';

/** A request to a model, and the dialect that says what its fields mean. */
export interface ModelRequest {
  readonly fields: Record<string, unknown>;
  readonly dialect: Dialect;
  readonly requests: RequestDialect;
}

/**
 * The input as a request to a model, if it is one. Only then is the meaning of its fields known: in any other record a `user` or a
 * `store` may be the very question.
 *
 * @param known - its dialect, if that was found before
 */
export function modelRequestOf(input: unknown, known?: Dialect): ModelRequest | undefined {
  if (!isPlainObject(input)) return undefined;
  const dialect = known ?? dialectOfRequest(input);
  return dialect?.request && { fields: input, dialect, requests: dialect.request };
}

/** The model that any record names; an application may ask its own functions for one. */
export function namedModel(input: unknown): string | undefined {
  return isPlainObject(input) && typeof input['model'] === 'string' ? input['model'] : undefined;
}
