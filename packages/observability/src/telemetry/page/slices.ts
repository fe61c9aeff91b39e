import { setImmediate } from 'node:timers/promises';

export interface SliceOptions {
  /** How long the event loop may be held at once, in milliseconds. @defaultValue 0.5 */
  readonly sliceMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Lets other work run. */
  readonly pause?: () => Promise<unknown>;
}

/** Looking at the clock costs as much as a line. */
const TEXTS_PER_LOOK = 16;

/** Joins texts as bytes, a slice at a time. Other work runs between two slices, so a long page delays no request. */
export async function joinedInSlices(
  texts: Iterable<string>,
  { sliceMs = 0.5, now = () => performance.now(), pause = () => setImmediate() }: SliceOptions = {},
): Promise<Buffer> {
  const slices: Buffer[] = [];
  let slice = '';
  let count = 0;
  let endsAt = now() + sliceMs;
  for (const text of texts) {
    slice += text;
    count += 1;
    if (count % TEXTS_PER_LOOK !== 0 || now() < endsAt) continue;
    slices.push(Buffer.from(slice));
    slice = '';
    await pause();
    endsAt = now() + sliceMs;
  }
  slices.push(Buffer.from(slice));
  return Buffer.concat(slices);
}
