import { describe, expect, it } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { type CockatielPolicy, fromCockatiel } from './from-cockatiel.ts';

/** Tries twice, as `retry(handleAll, { maxAttempts: 1 })` does. */
const twice: CockatielPolicy = {
  async execute(work, signal = new AbortController().signal) {
    try {
      return await work({ signal, attempt: 0 });
    } catch {
      return work({ signal, attempt: 1 });
    }
  },
};

/** Gives its work a signal of its own, as `timeout` does. */
const derived: CockatielPolicy = { execute: async (work) => work({ signal: AbortSignal.abort('time is up') }) };

describe('a policy of cockatiel around a step', () => {
  it('runs the step as often as it likes, and tells it which attempt it is', async () => {
    const flaky = (text: string, { attempt }: WorkflowContext): string => {
      if (attempt === 1) throw new Error('down');
      return `${text} at attempt ${attempt}`;
    };
    expect(await fromCockatiel(twice)(flaky).execute('v')).toBe('v at attempt 2');
  });

  it('gives the step its own signal', async () => {
    const guarded = fromCockatiel(derived)(() => 'v');
    await expect(guarded.execute(undefined)).rejects.toBe('time is up');
  });

  it('gives the policy the signal of the caller', async () => {
    const { signal } = new AbortController();
    const seen = await fromCockatiel(twice)((_input: undefined, context) => context.signal).execute(
      undefined,
      new WorkflowContext({ signal }),
    );
    expect(seen).toBe(signal);
  });

  it('answers a caller who leaves at once, with its own reason', async () => {
    const controller = new AbortController();
    const reason = new Error('left');
    const hanging = fromCockatiel(twice)(() => new Promise(() => {}));
    const answer = hanging.execute(undefined, new WorkflowContext({ signal: controller.signal }));
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });

  it('must have an execute', () => {
    expect(() => fromCockatiel({} as CockatielPolicy)).toThrow(
      'fromCockatiel: policy must be an object with execute, but it is an object',
    );
  });
});
