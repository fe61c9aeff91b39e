import { setTimeout as sleep } from 'node:timers/promises';

/** After so much of the time everything that is kept has been filled. */
const WARM_UP = 1 / 3;
const SAMPLES = 24;

/** The heap during a soak. Needs `--expose-gc`. */
export class HeapSamples {
  readonly #mb: number[] = [];

  async sampleUntil(endsAt: number): Promise<void> {
    const { gc } = globalThis as { readonly gc?: () => void };
    const everyMs = (endsAt - performance.now()) / SAMPLES;
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      await sleep(everyMs);
      gc?.();
      this.#mb.push(process.memoryUsage().heapUsed / 1e6);
    }
  }

  get lastMb(): number {
    return this.#mb.at(-1) ?? Number.NaN;
  }

  /** How much the heap grows from the warm-up to the end, by the line through its samples. */
  get growthMb(): number {
    const kept = this.#mb.slice(Math.floor(SAMPLES * WARM_UP));
    const middle = (kept.length - 1) / 2;
    const mean = kept.reduce((sum, mb) => sum + mb, 0) / kept.length;
    const along = kept.reduce((sum, mb, index) => sum + (index - middle) * (mb - mean), 0);
    const across = kept.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
    return (along / across) * (kept.length - 1);
  }
}

/** The kinds of handles that are open beyond those of before, once everything has ended; what closes in the background is given time. */
export async function handlesLeft(before: readonly string[]): Promise<readonly string[]> {
  let left: readonly string[] = ['unknown'];
  for (let turn = 0; turn < 100 && left.length > 0; turn += 1) {
    await sleep(100);
    const known = [...before];
    left = process.getActiveResourcesInfo().filter((kind) => {
      const at = known.indexOf(kind);
      if (at >= 0) known.splice(at, 1);
      return at < 0;
    });
  }
  return left;
}
