import { AssertionError } from 'node:assert/strict';
import { Bench, describe } from './bench.ts';
import type { ConformanceAdapter, ConformanceCase, ConformanceResult } from './conformance-case.ts';

const DEFAULT_LIMIT_MS = 4_000;
/** With a clock that is moved, what hangs is seen by that clock, and a slow machine is waited for. */
const CLOCKED_LIMIT_MS = 60_000;
/** How far the clock is moved at a time; timers still fire one by one, each at its own instant. */
const STEP_MS = 5;
/** A case that has not ended by then waits for something that never comes. */
const LONGEST_VIRTUAL_MS = 20_000;

// Bound here: fake timers, which one of the cases installs, must not stop the runner.
const { setTimeout, clearTimeout } = globalThis;

export interface ConformanceOptions<Adapter extends ConformanceAdapter> {
  /** Called after each case, in their order. */
  readonly onResult?: ((result: ConformanceResult) => void) | undefined;
  /** Which cases to run. @defaultValue all */
  readonly only?: ((candidate: ConformanceCase<Adapter>) => boolean) | undefined;
}

/**
 * Puts an implementation to every case, one after the other.
 *
 * @returns one result per case; an implementation that hangs fails the case and does not hang the run
 * @example
 * ```ts
 * const results = await runConformance(timeoutCases, myTimeoutAdapter);
 * results.filter(({ verdict }) => verdict === 'fail');
 * ```
 */
export async function runConformance<Adapter extends ConformanceAdapter>(
  cases: readonly ConformanceCase<Adapter>[],
  adapter: Adapter,
  { onResult, only = () => true }: ConformanceOptions<Adapter> = {},
): Promise<ConformanceResult[]> {
  const results: ConformanceResult[] = [];
  for (const candidate of cases.filter(only)) {
    const result = await runCase(candidate, adapter);
    results.push(result);
    onResult?.(result);
  }
  return results;
}

/** Puts an implementation to one case. Never rejects; an unhandled rejection while it runs is a failure. */
export async function runCase<Adapter extends ConformanceAdapter>(
  candidate: ConformanceCase<Adapter>,
  adapter: Adapter,
): Promise<ConformanceResult> {
  const { id, title, needs, time = 'any' } = candidate;
  const { limitMs = adapter.hasClock === true ? CLOCKED_LIMIT_MS : DEFAULT_LIMIT_MS } = candidate;
  const missing = [
    ...needs.filter((need) => !adapter.can.includes(need)),
    ...(time === 'virtual' && adapter.hasClock !== true ? ['clock'] : []),
  ];
  if (missing.length > 0) return { id, title, verdict: 'not_applicable', detail: `needs ${missing.join(', ')}` };
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  try {
    await underLimit(candidate, adapter, limitMs);
    if (unhandled.length === 0) return { id, title, verdict: 'pass', detail: '' };
    return { id, title, verdict: 'fail', detail: `an unhandled rejection: ${describe(unhandled[0])}` };
  } catch (error) {
    return { id, title, verdict: 'fail', detail: detailOf(error) };
  } finally {
    process.off('unhandledRejection', note);
  }
}

async function underLimit<Adapter extends ConformanceAdapter>(
  candidate: ConformanceCase<Adapter>,
  adapter: Adapter,
  limitMs: number,
): Promise<void> {
  const bench = new Bench(adapter.hasClock === true && candidate.time !== 'real');
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it hangs: no result within ${limitMs} ms`)), limitMs);
  try {
    const running = candidate.run(adapter, bench);
    await Promise.race([expired, running, moved(bench, running)]);
    await bench.turn();
  } finally {
    clearTimeout(timer);
    bench.end();
  }
}

/** Moves the clock until the case has ended; a clock of the machine moves itself. */
async function moved({ manual }: Bench, running: Promise<void>): Promise<void> {
  if (manual === undefined) return running;
  let isRunning = true;
  const ended = (): void => {
    isRunning = false;
  };
  running.then(ended, ended);
  for (let movedMs = 0; isRunning; movedMs += STEP_MS) {
    if (movedMs > LONGEST_VIRTUAL_MS) throw new Error(`it hangs: no result within ${LONGEST_VIRTUAL_MS} ms`);
    await manual.advance(STEP_MS);
  }
  return running;
}

/** One line: `node:assert` adds a picture of the difference to a message that says it in words. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return describe(error);
  const isPictured = error instanceof AssertionError && !error.generatedMessage;
  return isPictured ? (error.message.split('\n', 1)[0] ?? '') : error.message.replaceAll(/\s+/g, ' ');
}
