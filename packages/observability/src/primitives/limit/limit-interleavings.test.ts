import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { isLimitError } from '../../limits/limit-error.ts';
import { answer, stream } from './__fixtures__/limited-calls.ts';
import { LimitPrimitive } from './limit-primitive.ts';

const LIMIT = 500;
const EXPECTED = 60;
const MINUTE_MS = 60_000;

/** One call: when it comes, what the step does and after how long, and when its caller leaves. */
interface Plan {
  readonly startsAt: number;
  readonly does: 'answers' | 'fails' | 'streams' | 'streams, left early' | 'streams, left unread';
  readonly tokens: number;
  readonly afterMs: number;
  readonly leavesAt: number;
  readonly isObedient: boolean;
}

/** What the test knows of a call that was let through. */
interface Truth {
  readonly startedAt: number;
  /** What was expected, until it is known what was used. */
  tokens: number;
}

/** Many calls at once, and a second account of what they use. */
class Scene {
  readonly clock: ManualClock = manualClock();
  readonly truths: Truth[] = [];
  readonly wrong: string[] = [];
  readonly limit: LimitPrimitive<Plan, unknown>;

  constructor() {
    this.limit = new LimitPrimitive((plan: Plan, context: WorkflowContext) => this.#work(plan, context), {
      key: () => 'one',
      tokensPerMinute: LIMIT,
      estimate: () => ({ tokens: EXPECTED }),
    });
  }

  async call(plan: Plan): Promise<void> {
    await this.#wait(plan.startsAt);
    const caller = new AbortController();
    this.clock.setTimer(() => caller.abort(new Error('left')), plan.leavesAt);
    const room = LIMIT - this.#counted();
    try {
      const output = await this.limit.execute(plan, new WorkflowContext({ clock: this.clock, signal: caller.signal }));
      if (plan.does === 'streams, left unread' || plan.does === 'answers') return;
      for await (const _ of output as AsyncIterable<object>) if (plan.does === 'streams, left early') break;
    } catch (error) {
      if (isLimitError(error) && room >= EXPECTED) this.wrong.push(`refused with room for ${room}`);
    }
  }

  #counted(): number {
    const from = this.clock.now() - MINUTE_MS;
    const within = this.truths.filter(({ startedAt }) => startedAt > from);
    return within.reduce((sum, { tokens }) => sum + tokens, 0);
  }

  async #work({ does, tokens, afterMs, isObedient }: Plan, { signal }: WorkflowContext): Promise<object> {
    const counted = this.#counted();
    if (counted + EXPECTED > LIMIT) this.wrong.push(`let through at ${counted}`);
    const truth: Truth = { startedAt: this.clock.now(), tokens: EXPECTED };
    this.truths.push(truth);
    await this.#wait(afterMs, isObedient ? signal : undefined);
    if (does === 'fails') {
      truth.tokens = signal.aborted ? EXPECTED : 0;
      throw new Error('down');
    }
    if (does === 'answers') {
      truth.tokens = tokens;
      return answer(tokens);
    }
    return this.#stream(truth, tokens, afterMs);
  }

  async *#stream(truth: Truth, tokens: number, pauseMs: number): AsyncGenerator<object> {
    yield* stream(tokens, () => this.#wait(pauseMs));
    truth.tokens = tokens;
  }

  #wait(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      this.clock.setTimer(resolve, delayMs);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}

const plans = fc.array(
  fc.record<Plan>({
    startsAt: fc.nat(120_000),
    does: fc.constantFrom('answers', 'fails', 'streams', 'streams, left early', 'streams, left unread'),
    tokens: fc.integer({ min: 1, max: EXPECTED }),
    afterMs: fc.nat(20_000),
    leavesAt: fc.nat(70_000),
    isObedient: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

it('settles sums exactly, passes no limit and refuses only without room, whatever callers and steps do', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (list) => {
      const scene = new Scene();
      const calls = Promise.all(list.map((plan) => scene.call(plan)));
      await scene.clock.advance(400_000);
      await calls;
      const { total, allowed, refused, cancelled, running, tokens } = scene.limit.getStats();
      expect(scene.wrong).toEqual([]);
      expect(total).toBe(list.length);
      expect(allowed + refused + cancelled).toBe(total);
      expect(allowed).toBe(scene.truths.length);
      expect(running).toBe(0);
      expect(tokens).toBe(scene.truths.reduce((sum, { tokens: used }) => sum + used, 0));
    }),
    { numRuns: 60 },
  );
});
