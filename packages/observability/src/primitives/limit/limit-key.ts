import type { WorkflowContext } from 'tta-dev-primitives';
import { refusal, safely } from 'tta-dev-primitives/internal';
import { dialectOfRequest } from '../../llm/dialects/registry.ts';

/**
 * Whose limits apply: the tenant, the user, one tag or all tags of the context; the model that the request names; or what a function returns.
 * Requests without a key count together, as do all requests for which a function returns undefined.
 */
export type LimitKey<I> =
  | 'tenant'
  | 'user'
  | 'model'
  | 'tag'
  | `tag:${string}`
  | ((input: I, context: WorkflowContext) => string | undefined);

type KeyFunction<I> = (input: I, context: WorkflowContext) => string;

const TAG = 'tag:';

/** The key of a request that has none. */
const NO_KEY = '';

/** @throws TypeError if the option is neither a word nor a function */
export function checkKey(owner: string, option: string, key: unknown): void {
  const isTag = typeof key === 'string' && key.startsWith(TAG) && key.length > TAG.length;
  if (typeof key === 'function' || isTag || ['tenant', 'user', 'model', 'tag'].includes(key as string)) return;
  throw new TypeError(refusal(owner, option, key, "'tenant', 'user', 'model', 'tag', 'tag:NAME' or a function"));
}

/** The function that a checked option means. It throws a TypeError if a function of the user does not return a string. */
export function keyFunction<I>(owner: string, key: LimitKey<I>): KeyFunction<I> {
  if (typeof key === 'function') return (input, context) => checked(owner, key(input, context));
  switch (key) {
    case 'tenant':
      return (_, { tenantId }) => tenantId ?? NO_KEY;
    case 'user':
      // Users of two tenants may have one name.
      return (_, { tenantId, userId }) => (userId === undefined ? NO_KEY : JSON.stringify([tenantId ?? null, userId]));
    case 'model':
      return (input) => modelOf(input) ?? NO_KEY;
    case 'tag':
      return (_, { tags }) => JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
    default: {
      const name = key.slice(TAG.length);
      return (_, { tags }) => (Object.hasOwn(tags, name) ? (tags[name] ?? NO_KEY) : NO_KEY);
    }
  }
}

/** The model that a request names. */
export function modelOf(input: unknown): string | undefined {
  return safely(() => dialectOfRequest(input)?.request?.model(input as object)); // the request of a dialect is an object
}

function checked(owner: string, key: unknown): string {
  if (key === undefined) return NO_KEY;
  if (typeof key === 'string') return key;
  throw new TypeError(refusal(owner, 'what key() returns', key, 'a string or undefined'));
}
