import { Writable } from 'node:stream';
import type { Io, Output } from '../output/io.ts';

/** A world in which everything that is written can be read. */
export interface FakeIo extends Io {
  /** What was written to stdout so far. */
  readonly out: () => string;
  /** What was written to stderr so far. */
  readonly err: () => string;
  /** Does what Ctrl-C does. */
  readonly interrupt: () => void;
}

/** Makes a world for a test. */
export function fakeIo(options: { readonly env?: Io['env']; readonly isTTY?: boolean } = {}): FakeIo {
  const interruption = new AbortController();
  const [stdout, out] = memoryOutput(options.isTTY);
  const [stderr, err] = memoryOutput(options.isTTY);
  return {
    stdout,
    stderr,
    env: options.env ?? {},
    interrupted: interruption.signal,
    out,
    err,
    interrupt: () => interruption.abort(new Error('interrupted')),
  };
}

function memoryOutput(isTTY = false): [Output, () => string] {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return [Object.assign(stream, { isTTY }), () => text];
}
