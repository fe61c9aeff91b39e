import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Io } from '../output/io.ts';

/** Shows how far long work has come, and lets it be interrupted. */
export interface Progress {
  /** @param share - of all the work, from 0 to 1 */
  at(share: number, what: string): void;
  /** Gives the rest of the process a turn. @throws the reason of the interruption, if there was one */
  pause(): Promise<void>;
  /** Takes the bar away. */
  stop(): void;
}

const STEPS = 200;

/** A progress bar on stderr where that is a terminal; elsewhere nothing is shown. */
export async function startProgress(what: string, { stderr, interrupted }: Io): Promise<Progress> {
  const pause = async (): Promise<void> => {
    await nextTurn();
    interrupted.throwIfAborted();
  };
  const isWide = !('columns' in stderr && stderr.columns === 0); // a terminal that does not know its width would break each letter
  if (stderr.isTTY !== true || !isWide) return { at() {}, pause, stop() {} };
  const { progress } = await import('@clack/prompts');
  const bar = progress({ max: STEPS, output: stderr, signal: interrupted, withGuide: false });
  bar.start(what);
  if (process.stdin.isTTY) process.stdin.setRawMode(false); // else Ctrl-C would be a key that ends the process with 0
  let shown = 0;
  return {
    at(share, now) {
      const step = Math.round(STEPS * share);
      bar.advance(Math.max(0, step - shown), now);
      shown = Math.max(shown, step);
    },
    pause,
    stop: () => bar.clear(),
  };
}

/** The progress of a part of the work, which goes from one share of all of it to another. */
export function shareOf(progress: Progress, from: number, to: number): Progress {
  return { ...progress, at: (share, what) => progress.at(from + (to - from) * share, what) };
}
