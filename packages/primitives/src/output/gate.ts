/** How an output ended: by itself, by failing, or because its reader left early. */
export type OutputEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'left'; readonly reason: unknown };

/**
 * What a primitive wants to know, or to change, about an output on its way to the reader. Gates are called in the order in which
 * they were added: those of inner primitives first, chunks and ends alike.
 */
export interface Gate {
  /**
   * Called with every chunk of a stream as its reader gets it. A value has no chunks. A byte stream takes the memory of a chunk away
   * after the call, so copy what you keep.
   */
  readonly onChunk?: ((chunk: unknown) => void) | undefined;
  /** Gives the chunk that later gates and the reader get in place of this one. */
  readonly map?: ((chunk: unknown) => unknown) | undefined;
  /** Called when the source of a stream has ended in order, before any gate is told the end. */
  readonly onSourceEnd?: (() => void) | undefined;
  /** Called once, when the output has really ended. What it throws is dropped. */
  readonly onEnd?: ((end: OutputEnd) => void) | undefined;
  /** Whether an error of `onChunk`, `map` or `onSourceEnd` fails the stream. @defaultValue false: the error is dropped */
  readonly isStrict?: boolean | undefined;
}

export const COMPLETE: OutputEnd = { kind: 'complete' };

/** Tells a gate that the output has ended. */
export function tellEnd(gate: Gate, end: OutputEnd): void {
  try {
    gate.onEnd?.(end);
  } catch {
    // The other gates are told, and the reader gets its answer, all the same.
  }
}
