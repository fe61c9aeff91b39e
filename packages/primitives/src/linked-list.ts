/** A member of one list at a time, which holds its neighbours itself. */
export interface Linked<T> {
  before?: T | undefined;
  after?: T | undefined;
}

/**
 * A list for members that come and go all the time. A `Set` makes a new table each time its table is full of members that left; tables
 * that have grown old keep what the newer ones hold alive through every small collection of garbage.
 */
export class LinkedList<T extends Linked<T>> {
  #first: T | undefined;
  #last: T | undefined;

  add(member: T): void {
    member.before = this.#last;
    if (this.#last === undefined) this.#first = member;
    else this.#last.after = member;
    this.#last = member;
  }

  /** The newest member that fits. */
  findLast(isFitting: (member: T) => boolean): T | undefined {
    let member = this.#last;
    while (member !== undefined && !isFitting(member)) member = member.before;
    return member;
  }

  /** Removes and returns the oldest member; undefined if the list is empty. */
  shift(): T | undefined {
    const first = this.#first;
    if (first !== undefined) this.delete(first);
    return first;
  }

  /** Does nothing for what is no member. */
  delete(member: T): void {
    const { before, after } = member;
    if (before === undefined && member !== this.#first) return;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    member.before = undefined;
    member.after = undefined;
  }

  /** The members, oldest first; each may be deleted while it is the present one. */
  *[Symbol.iterator](): Generator<T, void> {
    for (let member = this.#first; member !== undefined; ) {
      const { after }: Linked<T> = member;
      yield member;
      member = after;
    }
  }
}
