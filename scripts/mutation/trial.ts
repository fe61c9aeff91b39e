import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventsOf, PLAN_VARIABLE, type Plan, type RunEvent, type Verdicts, verdictsOf } from './plan.ts';
import type { NumberedMutant } from './switched.ts';

export interface Trial {
  /** The folder of the package, absolute. */
  readonly folder: string;
  /** Test files, absolute, in the order they run. */
  readonly tests: readonly string[];
  readonly mutants: readonly NumberedMutant[];
  /** When to stop, whatever is still undecided; a time of `performance.now()`. */
  readonly endsAt: number;
  readonly onEvent: (event: RunEvent) => void;
}

/** A process is killed if a mutant takes this many times longer than its test file, and this much longer. */
const TIMES_AS_LONG = 10;
const LEAST_LIMIT_MS = 30_000;

/** A test file that has not run once after this is left out. */
const START_LIMIT_MS = 240_000;

const POLL_MS = 200;

/** A mutant that leaves something behind fails the tests of the next one. The tests run without a mutant after so many, to see that. */
const CHECK_AFTER = 20;

/** Tries mutants with tests. A mutant whose process hangs is killed with it, and another process goes on with the next. */
export async function tryMutants({ folder, tests, mutants, endsAt, onEvent }: Trial): Promise<Verdicts> {
  const scratch = mkdtempSync(join(tmpdir(), 'mutation-'));
  const log = new EventLog(join(scratch, 'events.jsonl'));
  try {
    for (let round = 0; performance.now() < endsAt; round += 1) {
      const { done, unclean, killedBy, unusable } = log.verdicts();
      const open = tests.filter((test) => !done.has(test) && !unusable.has(test));
      if (open.length === 0 || killedBy.size === mutants.length) break;
      const clean = open.filter((test) => !unclean.has(test));
      const order = clean.length > 0 ? { tests: clean, checkAfter: CHECK_AFTER } : { tests: open, checkAfter: 1 };
      const planFile = join(scratch, `plan-${round}.json`);
      const plan: Plan = { folder, mutants, events: log.path, ...order };
      writeFileSync(planFile, JSON.stringify(plan));
      await runPlan(planFile, plan, log, endsAt, onEvent);
    }
    return log.verdicts();
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

class EventLog {
  readonly path: string;
  #read = 0;

  constructor(path: string) {
    this.path = path;
    writeFileSync(path, '');
  }

  add(event: RunEvent): void {
    appendFileSync(this.path, `${JSON.stringify(event)}\n`);
  }

  /** The events since the last call. */
  fresh(): readonly RunEvent[] {
    const fresh = this.#all().slice(this.#read);
    this.#read += fresh.length;
    return fresh;
  }

  verdicts(): Verdicts {
    return verdictsOf(this.#all());
  }

  #all(): readonly RunEvent[] {
    return eventsOf(readFileSync(this.path, 'utf8'));
  }
}

/** Runs one process until it ends, hangs, has nothing left to decide, or the time is up. */
async function runPlan(
  planFile: string,
  { tests, mutants }: Plan,
  log: EventLog,
  endsAt: number,
  onEvent: Trial['onEvent'],
): Promise<void> {
  const child = startTests(planFile);
  const kill = (): void => killGroup(child);
  process.once('exit', kill);
  const closed = once(child, 'close');
  const durations = new Map<string, number>();
  let last: RunEvent | undefined;
  let lastAt = performance.now();
  const limitMs = (): number =>
    last?.type === 'start' ? LEAST_LIMIT_MS + TIMES_AS_LONG * (durations.get(last.test) ?? 0) : START_LIMIT_MS;
  const isLate = (): boolean => performance.now() - lastAt > limitMs();
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  while (isRunning() && !isLate() && performance.now() < endsAt && log.verdicts().killedBy.size < mutants.length) {
    await Promise.race([closed, sleep(POLL_MS)]);
    for (const event of log.fresh()) {
      last = event;
      lastAt = performance.now();
      if (event.type === 'baseline') durations.set(event.test, event.ms);
      onEvent(event);
    }
  }
  const hasHung = isRunning() && isLate();
  kill();
  await closed;
  process.off('exit', kill);
  if (hasHung && last?.type === 'start')
    log.add({ type: 'killed', test: last.test, id: last.id, by: 'it does not end' });
  else if (hasHung || last === undefined) {
    const stuck = last === undefined || last.type === 'done' ? tests.find((test) => !durations.has(test)) : last.test;
    if (stuck !== undefined) log.add({ type: 'baseline', test: stuck, ms: 0, isGreen: false, reached: [] });
  }
}

function startTests(planFile: string): ChildProcess {
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  return spawn(process.execPath, [vitest, 'run', '--config', join(import.meta.dirname, 'vitest.config.ts')], {
    env: { ...process.env, [PLAN_VARIABLE]: planFile, CI: '1' },
    stdio: 'ignore',
    detached: true,
  });
}

/** Ends a process and all it has started. A loop that does not end reacts to no other signal. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
