import { expect, test, vi } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { SequencePrimitive, step } from '../primitive.ts';
import { sequence } from './sequence.ts';

const increment = (n: number): number => n + 1;

test('gives the output of each step to the next', async () => {
  const lengthOf = sequence(
    (page: { title: string }) => page.title,
    async (title) => title.length,
  );
  expect(await lengthOf.execute({ title: 'Moby Dick' })).toBe(9);
});

test('takes thirty steps and one step alike', async () => {
  const [first, ...rest] = Array.from({ length: 30 }, () => increment);
  expect(await sequence(first as typeof increment, ...(rest as [])).execute(0)).toBe(30);
  expect(await sequence(increment).execute(0)).toBe(1);
});

test('flattens the sequences inside it', () => {
  const flat = sequence(sequence(increment, increment), increment) as SequencePrimitive<number, number>;
  expect(flat).toBeInstanceOf(SequencePrimitive);
  expect(flat.steps).toHaveLength(3);
});

test('lets later steps read the state that earlier ones wrote', async () => {
  const workflow = sequence(
    step('write', (n: number, { state }) => {
      state.set('seen', n);
      return n;
    }),
    step('read', (_: number, { state }) => state.get('seen')),
  );
  expect(await workflow.execute(7)).toBe(7);
});

test('stops at the step that fails', async () => {
  const error = new Error('step 1 failed');
  const second = vi.fn();
  await expect(sequence(() => Promise.reject(error), second).execute(null)).rejects.toBe(error);
  expect(second).not.toHaveBeenCalled();
});

test('starts no step after the abort, and throws its reason', async () => {
  const controller = new AbortController();
  const second = vi.fn();
  const workflow = sequence(() => controller.abort('the user left'), second);
  const execution = workflow.execute(null, new WorkflowContext({ signal: controller.signal }));
  await expect(execution).rejects.toBe('the user left');
  expect(second).not.toHaveBeenCalled();
});

test('refuses to be empty, or to hold what is no step', () => {
  expect(() => sequence(...([] as unknown as [typeof increment]))).toThrow(
    new TypeError('sequence: it must have at least one step, but it has none'),
  );
  expect(() => sequence(increment, 'text' as never)).toThrow(TypeError);
});
