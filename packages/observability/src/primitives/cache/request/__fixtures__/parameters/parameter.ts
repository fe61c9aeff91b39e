/**
 * What a parameter of a request does:
 * - `key`: it may change the answer, so that it is in the key.
 * - `none`: it does not change the answer.
 * - `person`: it names a person, and is in the key only where every user has answers of their own.
 * - `server state`: its values make the provider keep something, so that the request is not looked up.
 */
export type Effect = 'key' | 'none' | 'person' | 'server state';

/** A parameter with values that differ in what they mean. */
export interface Parameter<V = unknown> {
  readonly effect: Effect;
  readonly values: readonly [V, ...V[]];
  /** Whether every request has it. */
  readonly isRequired?: boolean;
}

/** All parameters of a request; a client with one more, or one less, does not compile. */
export type Parameters<Request> = {
  readonly [Name in keyof Request]-?: Parameter<Exclude<Request[Name], undefined>>;
};

/** All parameters of a request, whatever its type. */
export type AnyParameters = Readonly<Record<string, Parameter>>;

export function inKey<V>(...values: [V, ...V[]]): Parameter<V> {
  return { effect: 'key', values };
}

export function required<V>(...values: [V, ...V[]]): Parameter<V> {
  return { effect: 'key', values, isRequired: true };
}

export function withoutEffect<V>(...values: [V, ...V[]]): Parameter<V> {
  return { effect: 'none', values };
}

export function person<V>(...values: [V, ...V[]]): Parameter<V> {
  return { effect: 'person', values };
}

export function serverState<V>(...values: [V, ...V[]]): Parameter<V> {
  return { effect: 'server state', values };
}
