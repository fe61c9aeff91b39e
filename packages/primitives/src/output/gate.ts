/** How an output ended: by itself, by failing, or because its reader left early. */
export type OutputEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'left'; readonly reason: unknown };

/**
 * What a primitive reads or changes in an output on its way to the reader. Gates are called in the order in which
 * they were added: those of inner primitives first, chunks and ends alike.
 */
export interface Gate {
  /**
   * Called with every chunk of a stream as its reader gets it. A value has no chunks. A byte stream takes the memory of a chunk away
   * after the call, so copy what you keep.
   */
  readonly onChunk?: ((chunk: unknown) => void) | undefined;
  /** Returns the chunk that later gates and the reader get in place of this one. */
  readonly map?: ((chunk: unknown) => unknown) | undefined;
  /**
   * Whether everything has come although the source has not ended: its last chunk said so. A reader that leaves then has read it whole, so
   * the output is complete. @defaultValue it has not
   */
  readonly isOver?: (() => boolean) | undefined;
  /** Called when the source of a stream ended without an error, before `onEnd` of any gate. */
  readonly onSourceEnd?: (() => void) | undefined;
  /** Called once, when the output has really ended. Its errors are ignored. */
  readonly onEnd?: ((end: OutputEnd) => void) | undefined;
  /** Whether an error of `onChunk`, `map` or `onSourceEnd` fails the stream. @defaultValue false: the error is dropped */
  readonly isStrict?: boolean | undefined;
}

export const COMPLETE: OutputEnd = { kind: 'complete' };

/** Notifies a gate of the end of the output. */
export function tellEnd(gate: Gate, end: OutputEnd): void {
  try {
    gate.onEnd?.(end);
  } catch {
    // The other gates are still notified, and the reader still gets its answer.
  }
}
