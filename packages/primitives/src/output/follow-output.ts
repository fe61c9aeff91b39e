import type { AbortSource } from '../abort-source.ts';
import { flowOf } from './followed.ts';
import { COMPLETE, type Gate, tellEnd } from './gate.ts';
import { isReadableStream, isResponse } from './kinds.ts';

/**
 * Follows an output to its real end: a value has ended at once, a stream when it ends, fails or is left by its reader.
 *
 * Hand on what this function returns; see {@link flowOf} for what that is. A stream that cannot be followed counts as ended when it
 * is handed over.
 */
export function followOutput<O>(output: O, gate: Gate): O {
  const followed = flowOf(output);
  if (followed === undefined) {
    tellEnd(gate, COMPLETE);
    return output;
  }
  followed.flow.add(gate);
  return followed.output;
}

/** Ends an output when `source` aborts. Hand on what this function returns. */
export function endOutputWith<O>(output: O, source: AbortSource): O {
  const followed = flowOf(output);
  if (followed === undefined) return output;
  followed.flow.endWith(source);
  return followed.output;
}

/**
 * Releases an output that will not be read. A stream is closed, which lets its source clean up, and counts as left for the given reason. A
 * value, or a stream that is being read, stays as it is.
 */
export function discardOutput(output: unknown, reason: unknown): void {
  const stream = isResponse(output) ? output.body : output;
  if (isReadableStream(stream) && stream.locked) return;
  flowOf(output)?.flow.drop(reason);
}
