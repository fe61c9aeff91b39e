/**
 * How the money of an answer stands: `unpaid`, because whoever got it was spared the call that made it; `stated`, because the
 * cost of that call has been stated by somebody closer to it.
 */
export type Account = 'unpaid' | 'stated';

const accounts = new WeakMap<object, Account>();

/** Says how the money of an answer, or of a chunk of one, stands; of a text nothing can be said. */
export function setAccount(answer: unknown, account: Account): void {
  if (typeof answer === 'object' && answer !== null) accounts.set(answer, account);
}

/** How the money of an answer, or of a chunk of one, stands; undefined when nobody has said anything. */
export function accountOf(answer: unknown): Account | undefined {
  return typeof answer === 'object' && answer !== null ? accounts.get(answer) : undefined;
}
