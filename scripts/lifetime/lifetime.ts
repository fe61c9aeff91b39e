import type { Supervision } from '../command.ts';
import { type Guard, startGuard } from './guard.ts';

const INTERRUPTIONS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** What ends with this process: the commands that it runs and the folders that it works in. */
export interface Lifetime extends Disposable {
  readonly guard: Guard;
  /** To be handed to every command. */
  readonly supervision: Supervision;
}

/**
 * Begins the work of this process. An interruption aborts its signal and sets the exit code.
 *
 * @param interrupted makes the reason of the abort
 */
export function beginLifetime(
  interrupted = (signal: string): Error => new Error(`interrupted by ${signal}`),
): Lifetime {
  const guard = startGuard();
  const controller = new AbortController();
  for (const [name, number] of Object.entries(INTERRUPTIONS)) {
    process.on(name, () => {
      process.exitCode = 128 + number;
      controller.abort(interrupted(name));
    });
  }
  return {
    guard,
    supervision: { signal: controller.signal, onStart: (group) => guard.end(group) },
    [Symbol.dispose]: () => {
      for (const name of Object.keys(INTERRUPTIONS)) process.removeAllListeners(name);
    },
  };
}
