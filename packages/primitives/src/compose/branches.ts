import { within } from '../bounded-wait.ts';
import { type DerivedController, deriveController } from '../cancellation.ts';
import type { WorkflowContext } from '../context.ts';
import { discardOutput, endOutputWith, followOutput } from '../output/follow-output.ts';

/**
 * What a parallel does with its branches' outcomes:
 * - `fail-fast`: every output; the first failure cancels the other branches and is thrown.
 * - `settle`: what became of every branch, as `Promise.allSettled` tells it; no failure of a branch is thrown.
 * - `any`: the first output; the other branches are cancelled. Throws an `AggregateError` when all fail.
 * - `race`: the first outcome, output or failure; the other branches are cancelled.
 */
export type ParallelMode = 'fail-fast' | 'settle' | 'any' | 'race';

export interface ParallelOptions {
  /** @defaultValue 'fail-fast' */
  readonly mode?: ParallelMode | undefined;
  /** How many branches run at once. @defaultValue Infinity */
  readonly concurrency?: number | undefined;
  /**
   * How long `fail-fast` waits for the branches that it has cancelled before it throws the failure, in milliseconds; never past
   * the deadline. @defaultValue 0
   */
  readonly graceMs?: number | undefined;
}

/** A primitive, as far as it is run here. */
interface Branch {
  execute(input: never, context: WorkflowContext): Promise<unknown>;
}
type Branches = readonly Branch[] | Readonly<Record<string, Branch>>;

/** Which outcomes of a branch make the other branches pointless. */
const DECISIVE: Readonly<Record<ParallelMode, { readonly output: boolean; readonly failure: boolean }>> = {
  'fail-fast': { output: false, failure: true },
  settle: { output: false, failure: false },
  any: { output: true, failure: false },
  race: { output: true, failure: true },
};

/** Runs every branch on the same input and gives their outputs in the shape of `branches`: a tuple or a record. */
export async function runBranches(
  branches: Branches,
  input: unknown,
  context: WorkflowContext,
  { mode = 'fail-fast', concurrency = Infinity, graceMs = 0 }: ParallelOptions,
): Promise<unknown> {
  const run = new BranchRun(Object.entries(branches), input, context, mode, concurrency);
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  const release = context.onAbort(reject);
  const joined = async (): Promise<unknown> => {
    const running = run.start();
    switch (mode) {
      case 'settle':
        return inShapeOf(branches, await Promise.allSettled(running));
      case 'any':
        return Promise.any(running);
      case 'race':
        return Promise.race(running);
      default:
        try {
          return inShapeOf(branches, await Promise.all(running));
        } catch (error) {
          const waitMs = Math.min(graceMs, context.remainingMs());
          const settled = (): Promise<unknown> => Promise.race([cancelled, Promise.allSettled(running)]);
          if (waitMs > 0) await within(context.clock, waitMs, settled, () => undefined);
          throw error;
        }
    }
  };
  try {
    return await Promise.race([cancelled, joined()]);
  } catch (error) {
    run.discard(error);
    throw error;
  } finally {
    release();
  }
}

function inShapeOf(branches: Branches, outputs: readonly unknown[]): unknown {
  if (Array.isArray(branches)) return outputs;
  return Object.fromEntries(Object.keys(branches).map((name, index) => [name, outputs[index]]));
}

/** The branches of one execution: each has its own controller, to cancel losers without cancelling the winner's stream. */
class BranchRun {
  readonly #branches: readonly [string, Branch][];
  readonly #input: unknown;
  readonly #context: WorkflowContext;
  readonly #decisive: (typeof DECISIVE)[ParallelMode];
  readonly #controllers: DerivedController[];
  readonly #waiting: (() => void)[] = [];
  readonly #outputs: unknown[] = [];
  #permits: number;
  /** Set once outputs have become pointless: those given before and those still to come. */
  #discarding: { readonly reason: unknown; readonly winner: number | undefined } | undefined;

  constructor(
    branches: readonly [string, Branch][],
    input: unknown,
    context: WorkflowContext,
    mode: ParallelMode,
    concurrency: number,
  ) {
    this.#branches = branches;
    this.#input = input;
    this.#context = context;
    this.#decisive = DECISIVE[mode];
    this.#controllers = branches.map(() => deriveController(context, { awaitsWork: true }));
    this.#permits = concurrency;
  }

  start(): readonly Promise<unknown>[] {
    const running = this.#branches.map(([name, branch], index) => this.#run(name, branch, index));
    for (const promise of running) promise.catch(() => {}); // every failure is reported through the mode's own promise
    return running;
  }

  async #run(name: string, branch: Branch, index: number): Promise<unknown> {
    const controller = this.#controllers[index] as DerivedController;
    await this.#permit();
    try {
      const { abortSource } = controller;
      // Every branch takes the input of the whole, which the types of `parallel` make sure of.
      const output = await branch.execute(this.#input as never, this.#context.child(name, { abortSource }));
      const own = followOutput(this.#ended(output), { onEnd: controller.release });
      this.#outputs[index] = own;
      if (this.#discarding !== undefined) this.#discardOutputs();
      else if (this.#decisive.output)
        this.#decide(new DOMException('another branch has answered first', 'AbortError'), index);
      return own;
    } catch (error) {
      if (this.#decisive.failure) this.#decide(error);
      controller.release();
      throw error;
    } finally {
      this.#pass();
    }
  }

  /**
   * A stream ends with the whole work, and not with its branch, because branches may share one. It does not end here if the owner of the
   * work still waits for the work.
   */
  #ended(output: unknown): unknown {
    const { abortSource } = this.#context;
    return abortSource === undefined || abortSource.awaitsWork === true ? output : endOutputWith(output, abortSource);
  }

  /** Lets go of every output, because the caller gets none of them. */
  discard(reason: unknown): void {
    this.#discarding = { reason, winner: undefined };
    this.#discardOutputs();
  }

  /** Cancels the branches that have become pointless, before a permit could start one more of them. */
  #decide(reason: unknown, winner?: number): void {
    if (this.#discarding !== undefined) return;
    this.#discarding = { reason, winner };
    this.#controllers.forEach((controller, index) => {
      if (index !== winner) controller.abort(reason);
    });
    this.#discardOutputs();
  }

  #discardOutputs(): void {
    if (this.#discarding === undefined) return;
    const { reason, winner } = this.#discarding;
    const kept = winner === undefined ? undefined : this.#outputs[winner];
    for (const [index, output] of this.#outputs.entries()) {
      if (output === undefined || output === kept) continue; // branches may share one stream
      this.#outputs[index] = undefined;
      discardOutput(output, reason);
    }
  }

  async #permit(): Promise<void> {
    if (this.#permits > 0) this.#permits -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#permits += 1;
    else next();
  }
}
