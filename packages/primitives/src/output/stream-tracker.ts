/** How an output ended: by itself, by failing, or because its reader left early. */
export type OutputEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'left'; readonly reason: unknown };

/** Somebody who follows an output; what a follower throws is dropped, because a stream must not suffer from being followed. */
export interface OutputFollower {
  /** Called with every chunk of a stream as its reader gets it; a value has no chunks, nor has a Node.js `Readable`. */
  readonly onChunk?: ((chunk: unknown) => void) | undefined;
  /** Called once, when the output has really ended. */
  readonly onEnd: (end: OutputEnd) => void;
}

export const COMPLETE: OutputEnd = { kind: 'complete' };

/** Follows one stream to its first end, and tells everybody who asked, in the order in which they asked. */
export class StreamTracker {
  #followers: OutputFollower[] = [];
  #end: OutputEnd | undefined;

  add(follower: OutputFollower): void {
    if (this.#end === undefined) this.#followers.push(follower);
    else tellEnd(follower, this.#end);
  }

  chunk(value: unknown): void {
    for (const follower of this.#followers) {
      try {
        follower.onChunk?.(value);
      } catch {
        // The reader gets its chunk all the same.
      }
    }
  }

  settle(end: OutputEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const followers = this.#followers;
    this.#followers = [];
    for (const follower of followers) tellEnd(follower, end);
  }
}

/** Tells a follower that the output has ended. */
export function tellEnd(follower: OutputFollower, end: OutputEnd): void {
  try {
    follower.onEnd(end);
  } catch {
    // The other followers are told, and the reader gets its answer, all the same.
  }
}
