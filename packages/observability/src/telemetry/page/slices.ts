import { setImmediate } from 'node:timers/promises';

export interface SliceOptions {
  /** How long the event loop may be held at once, in milliseconds. @defaultValue 0.5 */
  readonly sliceMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Lets other work run. */
  readonly pause?: () => Promise<unknown>;
}

/** Looking at the clock costs as much as a line, so about 40 lines are written before each look. */
const CHARACTERS_PER_LOOK = 4_000;

/** Writes texts as bytes, a slice at a time. Other work runs between two slices, so a long page delays no request. */
export async function writtenInSlices(
  texts: Iterable<string>,
  { sliceMs = 0.5, now = () => performance.now(), pause = () => setImmediate() }: SliceOptions = {},
): Promise<readonly Buffer[]> {
  const slices: Buffer[] = [];
  let slice = '';
  let nextLookAt = CHARACTERS_PER_LOOK;
  let endsAt = now() + sliceMs;
  for (const text of texts) {
    slice += text;
    if (slice.length < nextLookAt) continue;
    nextLookAt += CHARACTERS_PER_LOOK;
    if (now() < endsAt) continue;
    slices.push(Buffer.from(slice));
    slice = '';
    nextLookAt = CHARACTERS_PER_LOOK;
    await pause();
    endsAt = now() + sliceMs;
  }
  slices.push(Buffer.from(slice));
  return slices;
}
