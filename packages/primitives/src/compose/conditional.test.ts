import { expect, test } from 'vitest';
import { step } from '../primitive.ts';
import { recordingObserver } from '../testing/recording-observer.ts';
import { switchOn, when } from './conditional.ts';

const isLong = (text: string): boolean => text.length > 3;
const clip = (text: string): string => text.slice(0, 3);

test('takes the first step when the condition holds, and the other when it does not', async () => {
  const sizeOf = when(
    isLong,
    () => 'long',
    () => 'short',
  );
  expect(await sizeOf.execute('abcdef')).toBe('long');
  expect(await sizeOf.execute('abc')).toBe('short');
});

test('passes the input through when the condition fails and there is no other step', async () => {
  expect(await when(isLong, clip).execute('abcdef')).toBe('abc');
  expect(await when(isLong, clip).execute('ab')).toBe('ab');
});

test('awaits an asynchronous condition before it decides', async () => {
  const never = when(async () => false, clip);
  expect(await never.execute('abcdef')).toBe('abcdef');
});

test('throws what the condition throws', async () => {
  const error = new Error('cannot decide');
  const undecided = when((): boolean => {
    throw error;
  }, clip);
  await expect(undecided.execute('abc')).rejects.toBe(error);
});

test('takes the case that the selector names, also when it answers late', async () => {
  const greet = switchOn(async (language: 'en' | 'fr') => language, { en: () => 'hello', fr: () => 'bonjour' });
  expect(await greet.execute('fr')).toBe('bonjour');
});

test('takes otherwise for a name without a case, and passes the input through without it', async () => {
  const select = (text: string): string => text;
  expect(await switchOn(select, { a: () => 1 }, () => 'other').execute('b')).toBe('other');
  expect(await switchOn(select, { a: () => 1 }).execute('b')).toBe('b');
});

test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])(
  'knows no case by the inherited name %s',
  async (name) => {
    const greet = switchOn(
      (text: string) => text,
      { en: () => 'hello' },
      () => 'unknown',
    );
    expect(await greet.execute(name)).toBe('unknown');
  },
);

test('takes a case of its own by the name of an inherited one', async () => {
  expect(await switchOn((text: string) => text, { toString: () => 'mine' }).execute('toString')).toBe('mine');
});

test('states which way it went', async () => {
  using recording = recordingObserver();
  const greet = switchOn(
    (text: string) => text,
    { en: () => 'hello' },
    () => 'unknown',
  );
  await greet.execute('en');
  await greet.execute('toString');
  await when(isLong, clip).execute('abcdef');
  await when(isLong, clip, clip).execute('abc');
  await when(isLong, clip).execute('abc');
  expect(recording.factsOf('conditional.branch')).toEqual(['en', 'otherwise', 'then', 'otherwise', 'passed']);
});

test('is named after its cases', () => {
  expect(switchOn((text: string) => text, { en: clip, fr: clip })).toMatchObject({
    kind: 'switch',
    name: 'switch(en | fr)',
  });
  expect(when(isLong, step('clip', clip))).toMatchObject({ kind: 'when', name: 'when(then)' });
});

test('refuses conditions, selectors, cases and steps that are none', () => {
  expect(() => when(true as never, clip)).toThrow('when: condition must be a function, but it is true');
  expect(() => switchOn('en' as never as (text: string) => string, { en: clip })).toThrow(
    'switchOn: select must be a function, but it is "en"',
  );
  expect(() => switchOn(clip, {})).toThrow(
    'switchOn: cases must be an object with at least one step, but it is an object',
  );
  expect(() => switchOn(clip, null as never)).toThrow(TypeError);
  expect(() => switchOn(clip, { en: 7 as never })).toThrow(
    'a step must be a function or a primitive, but it is number',
  );
});
