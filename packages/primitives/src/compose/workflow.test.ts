import { expect, expectTypeOf, test } from 'vitest';
import { step, type WorkflowPrimitive } from '../primitive.ts';
import { recordingObserver } from '../testing/recording-observer.ts';
import { parallel } from './parallel.ts';
import { sequence } from './sequence.ts';
import { workflow } from './workflow.ts';

const length = step('length', (text: string) => text.length);
const half = step('half', (n: number) => n / 2);

test('a workflow does what its work does, under its own name', async () => {
  const named = workflow('measure', sequence(length, half));
  expectTypeOf(named).toEqualTypeOf<WorkflowPrimitive<string, number>>();
  expect(await named.execute('four')).toBe(2);
  expect(named).toMatchObject({ kind: 'workflow', name: 'measure', parts: [length, half] });
});

test('a plain function and a parallel can be named too', async () => {
  expect(await workflow('shout', (text: string) => text.toUpperCase()).execute('a')).toBe('A');
  expect(await workflow('both', parallel([length, length])).execute('ab')).toEqual([2, 2]);
});

test('a workflow inside a sequence stays one step', async () => {
  const named = workflow('measure', sequence(length, half));
  const outer = sequence(named, half);
  expect(outer.parts.map(({ name }) => name)).toEqual(['measure', 'half']);
  expect(outer.name).toBe('measure > half');
  expect(named.pipe(half).parts.map(({ name }) => name)).toEqual(['measure', 'half']);
});

test.each([undefined, '', 1])('the name %j is refused', (name) => {
  expect(() => workflow(name as string, length)).toThrow(/workflow: name/);
});

test('an observer sees the name of the workflow around its steps', async () => {
  using recording = recordingObserver();
  await workflow('measure', sequence(length, half)).execute('four');
  expect(recording.executions.map(({ kind, name }) => [kind, name])).toEqual([
    ['workflow', 'measure'],
    ['step', 'length'],
    ['step', 'half'],
  ]);
});
