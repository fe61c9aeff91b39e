/**
 * How the money of an answer stands: `unpaid`, because whoever got it was spared the call that made it; `stated`, because the
 * cost of that call has been stated by somebody closer to it.
 */
export type Account = 'unpaid' | 'stated';

/** Says how the money of an answer, or of a chunk of one, stands; of a text nothing can be said. */
export function setAccount(answer: unknown, account: Account): void {
  if (typeof answer !== 'object' || answer === null) return;
  try {
    Mark.set(answer, account);
  } catch {
    accountsOfFrozen.set(answer, account); // an engine may refuse to put anything on what is frozen
  }
}

/** How the money of an answer, or of a chunk of one, stands; undefined when nobody has said anything. */
export function accountOf(answer: unknown): Account | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  return Mark.of(answer) ?? accountsOfFrozen.get(answer);
}

const accountsOfFrozen = new WeakMap<object, Account>();

/** Has a class of its own put its private fields on an object that is given. */
class Given {
  constructor(answer: object) {
    // biome-ignore lint/correctness/noConstructorReturn: there is no other way to put a private field on somebody else's object
    return answer;
  }
}

/**
 * A private field on the answer itself, which nobody else can see, and which goes with it. In a `WeakMap` each would cost the
 * collector as much as a hit in memory.
 */
class Mark extends Given {
  #account: Account;

  private constructor(answer: object, account: Account) {
    super(answer);
    this.#account = account;
  }

  static set(answer: object, account: Account): void {
    if (#account in answer) answer.#account = account;
    else new Mark(answer, account);
  }

  static of(answer: object): Account | undefined {
    return #account in answer ? answer.#account : undefined;
  }
}
