import { appendFileSync, readFileSync } from 'node:fs';
import { type RunnerTask, type RunnerTestCase, type RunnerTestFile, TestRunner, vi } from 'vitest';
import { startTests } from 'vitest/internal/browser';
import { eventsOf, PLAN_VARIABLE, type Plan, type RunEvent, verdictsOf } from './plan.ts';

declare global {
  /** Whether a mutant is switched on; the sources ask at each place that has one. */
  var $mutant: ((id: number) => boolean) | undefined;
}

/** With a mutant a test may take this many times longer than the slowest test without it, and so long in any case. */
const MAX_TIMES_AS_LONG = 5;
const LEAST_TIMEOUT_MS = 8_000;

/** A mutant whose places are reached this many times more often than all places without it runs in a loop that does not end. */
const MAX_TIMES_AS_OFTEN = 100;
const LEAST_REACHES = 1_000_000;

/**
 * Runs a test file once as it is, noting which mutants each test reaches, and then again for each of these mutants, in the same
 * process: only the tests that reach it, up to the first that fails.
 */
export default class MutationRunner extends TestRunner {
  readonly #plan = JSON.parse(readFileSync(process.env[PLAN_VARIABLE] ?? '', 'utf8')) as Plan;
  /** For each mutant the names of the tests that reach it; `undefined` if it is reached outside of tests. */
  readonly #reachedBy = new Map<number, Set<string> | undefined>();
  #current: string | undefined;
  #active = -1;
  #reaches = 0;
  #maxReaches = Infinity;
  #testTimeout = Infinity;
  #stray: string | undefined;

  constructor(config: ConstructorParameters<typeof TestRunner>[0]) {
    super(config);
    globalThis.$mutant = (id) => this.#reach(id);
    const stray = (error: unknown): void => {
      this.#stray ??= `unhandled: ${String(error).slice(0, 100)}`;
    };
    process.prependListener('unhandledRejection', stray);
    process.prependListener('uncaughtException', stray);
  }

  override onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    // Tests that run at the same time cannot be told apart.
    this.#current = test.concurrent === true ? undefined : nameOf(test);
    return super.onBeforeRunTask(test);
  }

  override onAfterRunTask(test: RunnerTestCase): void {
    this.#current = undefined;
    super.onAfterRunTask(test);
  }

  override async onAfterRunFiles(files: RunnerTestFile[]): Promise<void> {
    super.onAfterRunFiles(files);
    const [file] = files;
    if (file === undefined) return;
    const test = file.filepath;
    const isGreen = isPassed(file) && this.#stray === undefined;
    const reached = [...this.#reachedBy].filter(([, tests]) => tests === undefined || tests.size > 0).map(([id]) => id);
    const ms = file.result?.duration ?? 0;
    this.#testTimeout = Math.max(LEAST_TIMEOUT_MS, slowestMs(file) * MAX_TIMES_AS_LONG);
    this.#tell({ type: 'baseline', test, isGreen, ms, reached });
    if (!isGreen || (await this.#tryAll(test, reached))) this.#tell({ type: 'done', test });
  }

  /** Whether all that this file reaches is decided. */
  async #tryAll(test: string, reached: readonly number[]): Promise<boolean> {
    const reachesOfAll = this.#reaches;
    const { killedBy, survivedIn } = verdictsOf(eventsOf(readFileSync(this.#plan.events, 'utf8')));
    const open = reached.filter((id) => !killedBy.has(id) && survivedIn.get(test)?.has(id) !== true);
    if (open.length === 0) return true;
    // The first run evaluated the modules; a second one in the same process shows whether the file can be run again.
    if (!(await this.#isClean(test))) return true;
    for (const [index, id] of open.entries()) {
      this.#maxReaches = Math.max(LEAST_REACHES, reachesOfAll * MAX_TIMES_AS_OFTEN);
      this.#tell({ type: 'start', test, id });
      const names = this.#reachedBy.get(id);
      if (names === undefined) vi.resetModules();
      const failure = await this.#run(test, id, names);
      this.#tell(failure === undefined ? { type: 'survived', test, id } : { type: 'killed', test, id, by: failure });
      // A mutant may have been kept by a module: the next one starts with modules of its own.
      if (names === undefined || failure !== undefined) vi.resetModules();
      const isLast = index === open.length - 1;
      if ((isLast || (index + 1) % this.#plan.checkAfter === 0) && !(await this.#isClean(test)))
        return isLast && this.#plan.checkAfter === 1;
    }
    return true;
  }

  async #isClean(test: string): Promise<boolean> {
    this.#maxReaches = Infinity;
    const failure = await this.#run(test, -1, undefined);
    this.#tell({ type: failure === undefined ? 'clean' : 'unclean', test });
    return failure === undefined;
  }

  /** Runs the named tests, or all, with a mutant or without. @returns what failed first, if anything did */
  async #run(test: string, id: number, names: ReadonlySet<string> | undefined): Promise<string | undefined> {
    let failure: string | undefined;
    const inner = Object.create(this) as TestRunner & Record<string, unknown>;
    const silent = {
      onTaskUpdate: async () => {},
      onCollected: async () => {},
      onCollectStart: () => {},
      onAfterRunFiles: () => {},
    };
    const limits = { testTimeout: this.#testTimeout, hookTimeout: this.#testTimeout };
    Object.assign(inner, silent, {
      config: { ...this.config, ...limits },
      onBeforeRunTask: async (task: RunnerTestCase) => {
        if (failure !== undefined || (names !== undefined && !names.has(nameOf(task)))) task.mode = 'skip';
      },
      onAfterRunTask: (task: RunnerTestCase) => {
        if (task.result?.state === 'fail') failure ??= nameOf(task);
      },
    });
    this.#active = id;
    this.#reaches = 0;
    this.#stray = undefined;
    const files = await startTests([test], inner);
    // What is rejected last is unhandled one turn later.
    await new Promise((resolve) => setImmediate(resolve));
    this.#active = -1;
    if (failure === undefined && !files.every(isPassed)) failure = 'the file or one of its hooks failed';
    return failure ?? this.#stray;
  }

  #reach(id: number): boolean {
    this.#reaches += 1;
    if (this.#active === -1) this.#noteReach(id);
    else if (this.#reaches > this.#maxReaches) throw new Error('A mutant runs in a loop that does not end.');
    return id === this.#active;
  }

  #noteReach(id: number): void {
    if (this.#current === undefined) this.#reachedBy.set(id, undefined);
    else if (!this.#reachedBy.has(id)) this.#reachedBy.set(id, new Set([this.#current]));
    else this.#reachedBy.get(id)?.add(this.#current);
  }

  #tell(event: RunEvent): void {
    appendFileSync(this.#plan.events, `${JSON.stringify(event)}\n`);
  }
}

function nameOf(task: RunnerTask): string {
  return task.suite === undefined ? task.name : `${nameOf(task.suite)} > ${task.name}`;
}

function isPassed(task: RunnerTask): boolean {
  return task.result?.state !== 'fail' && (!('tasks' in task) || task.tasks.every(isPassed));
}

function slowestMs(task: RunnerTask): number {
  return 'tasks' in task ? Math.max(0, ...task.tasks.map(slowestMs)) : (task.result?.duration ?? 0);
}
