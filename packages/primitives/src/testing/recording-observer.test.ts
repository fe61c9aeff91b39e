import { expect, test } from 'vitest';
import { when } from '../compose/conditional.ts';
import { isObserved } from '../observer.ts';
import { step } from '../primitive.ts';
import { recordingObserver } from './recording-observer.ts';

const clip = when(
  (text: string) => text.length > 3,
  step('clip', (text: string) => text.slice(0, 3)),
);

test('remembers executions in the order of their start, with facts and endings', async () => {
  using recording = recordingObserver();
  await clip.execute('abcdef');
  await clip.execute('abc');
  expect(
    recording.executions.map(({ kind, name, facts, ending }) => [kind, name, facts.length, ending?.status]),
  ).toEqual([
    ['when', 'when(then)', 1, 'success'],
    ['step', 'clip', 0, 'success'],
    ['when', 'when(then)', 1, 'success'],
  ]);
  expect(recording.factsOf('conditional.branch')).toEqual(['then', 'passed']);
});

test('stops at the end of its block, or when told', async () => {
  {
    using _ = recordingObserver();
    expect(isObserved()).toBe(true);
  }
  const recording = recordingObserver();
  recording.stop();
  expect(isObserved()).toBe(false);
  await clip.execute('abcdef');
  expect(recording.executions).toEqual([]);
});
