import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { SharedStream } from './shared-stream.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** JSON has no word for it, so that a stream of these is not recorded. */
class Chunk {
  readonly bytes = new Uint8Array(1_024);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An endless stream of chunks that nobody but its readers holds. */
function unrecorded() {
  const seen: WeakRef<Chunk>[] = [];
  const source = (async function* () {
    for (;;) {
      const chunk = new Chunk();
      seen.push(new WeakRef(chunk));
      yield chunk;
    }
  })();
  const shared = new SharedStream(source, { maxRecorded: 1_000, onUnrecordable: () => {}, onEnd: () => {} });
  const open = () => shared.open(() => {}).output as AsyncIterableIterator<unknown>;
  /** How many chunks are held; the newest is, by whoever made it. */
  const held = async (): Promise<number> => {
    await turn(); // a WeakRef keeps its target to the end of the turn
    collectGarbage();
    return seen.filter((chunk) => chunk.deref() !== undefined).length;
  };
  return { open, held };
}

async function skip(stream: AsyncIterator<unknown>, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await stream.next();
}

describe('a shared stream that is not recorded', () => {
  it('holds what its slowest reader has still to read, and nothing else', async () => {
    const { open, held } = unrecorded();
    const fast = open();
    const slow = open();
    await skip(fast, 50);
    expect(await held()).toBeGreaterThanOrEqual(50);
    await skip(slow, 40);
    expect(await held()).toBeLessThanOrEqual(12);
  });

  it('holds nothing for a reader who has left', async () => {
    const { open, held } = unrecorded();
    const fast = open();
    const slow = open();
    await skip(fast, 50);
    await slow.return?.();
    expect(await held()).toBeLessThanOrEqual(2);
  });
});

describe('a shared stream whose source hangs', () => {
  it('answers every read of a reader who leaves', async () => {
    const source = (async function* () {
      await new Promise(() => {});
      yield 1;
    })();
    const shared = new SharedStream(source, { maxRecorded: 1_000, onUnrecordable: () => {}, onEnd: () => {} });
    const stream = shared.open(() => {}).output as AsyncIterableIterator<unknown>;
    const reads = [stream.next(), stream.next()];
    await stream.return?.();
    expect(await Promise.all(reads)).toEqual(Array(2).fill({ done: true, value: undefined }));
  });
});
