import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import type { NoteFact } from './facts.ts';
import * as firstCopy from './index.ts';
import { isObserved, type Observer, registerObserver } from './observer.ts';
import { type RunningStep, step, WorkflowPrimitive } from './primitive.ts';
import { recordingObserver } from './testing/recording-observer.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function observing(observe: Observer['observe'], onError?: (error: unknown) => void): () => void {
  const unregister = registerObserver({ observe }, { onError });
  cleanups.push(unregister);
  return unregister;
}

class Stating extends WorkflowPrimitive<string, string> {
  constructor() {
    super('stating');
  }

  protected run(text: string, _: unknown, { note }: RunningStep): string {
    note('conditional.branch', text);
    return text;
  }
}

const failure = new Error('the observer is broken');

const brokenObservers: Record<string, Observer['observe']> = {
  'throws before it runs the work': () => {
    throw failure;
  },
  'throws after it has run the work': (_, run) => {
    void run(() => {});
    throw failure;
  },
  'rejects before it runs the work': async () => {
    throw failure;
  },
  'rejects after the work': async (_, run) => {
    await run(() => {});
    throw failure;
  },
  'throws on every fact': (_, run) => {
    void run(() => {
      throw failure;
    });
  },
};

test.each(Object.entries(brokenObservers))('the work runs once under an observer that %s', async (_, observe) => {
  const onError = vi.fn();
  observing(observe, onError);
  const work = vi.fn((text: string) => text.toUpperCase());
  expect(await step('shout', work).execute('a')).toBe('A');
  expect(await new Stating().execute('b')).toBe('b');
  expect(work).toHaveBeenCalledTimes(1);
  expect(onError).toHaveBeenCalledWith(failure);
});

test('the work runs once under an observer that never runs it, and under one that runs it twice', async () => {
  const endings: unknown[] = [];
  observing(() => {});
  observing(async (_, run) => void endings.push(...(await Promise.all([run(() => {}), run(() => {})]))));
  const work = vi.fn(() => 'once');
  expect(await step('work', work).execute(null)).toBe('once');
  expect(work).toHaveBeenCalledTimes(1);
  await new Promise(setImmediate);
  expect(endings).toEqual([{ status: 'success' }, { status: 'success' }]);
});

test('the work is not delayed by an observer that runs it too late, which still learns the ending', async () => {
  const { promise: ending, resolve } = Promise.withResolvers<unknown>();
  observing(async (_, run) => {
    await new Promise(setImmediate);
    resolve(await run(() => {}));
  });
  const work = vi.fn(() => 'answer');
  expect(await step('work', work).execute(null)).toBe('answer');
  expect(await ending).toEqual({ status: 'success' });
  expect(work).toHaveBeenCalledTimes(1);
});

test('a broken observer without onError, or whose onError throws, does not disturb the work', async () => {
  observing(() => {
    throw failure;
  });
  observing(
    () => {
      throw failure;
    },
    () => {
      throw new Error('the reporter is broken too');
    },
  );
  expect(await step('work', () => 1).execute(null)).toBe(1);
});

test('a broken observer does not hide the error of the work', async () => {
  const error = new Error('the step failed');
  observing(async (_, run) => {
    await run(() => {});
    throw failure;
  });
  await expect(step('work', () => Promise.reject(error)).execute(null)).rejects.toBe(error);
});

test('several observers surround the work, the first registered outermost, and all get the facts', async () => {
  const order: string[] = [];
  const surround =
    (name: string): Observer['observe'] =>
    (_, run) => {
      order.push(`${name} begins`);
      const note: NoteFact = (_name, value) => void order.push(`${name} notes ${value}`);
      void run(note);
      order.push(`${name} has started it`);
    };
  observing(surround('outer'));
  observing(surround('inner'));
  await new Stating().execute('red');
  expect(order).toEqual([
    'outer begins',
    'inner begins',
    'outer notes red',
    'inner notes red',
    'inner has started it',
    'outer has started it',
  ]);
});

test('one broken observer does not keep facts and endings from the others', async () => {
  observing(brokenObservers['throws on every fact'] as Observer['observe']);
  observing(brokenObservers['throws before it runs the work'] as Observer['observe']);
  using recording = recordingObserver();
  await new Stating().execute('red');
  expect(recording.executions).toMatchObject([{ facts: [{ value: 'red' }], ending: { status: 'success' } }]);
});

test('an observer taken away during an execution still learns how it ended, and sees no other', async () => {
  const recording = recordingObserver();
  const { promise: gate, resolve } = Promise.withResolvers<string>();
  const running = step('slow', () => gate).execute(null);
  recording.stop();
  expect(isObserved()).toBe(false);
  await step('other', () => 1).execute(null);
  resolve('done');
  await running;
  expect(recording.executions).toMatchObject([{ name: 'slow', ending: { status: 'success' } }]);
});

test('an observer registered during an execution sees the steps that start later', async () => {
  const { promise: gate, resolve } = Promise.withResolvers<string>();
  const running = step('first', () => gate)
    .pipe(step('second', (text) => text))
    .execute(null);
  using recording = recordingObserver();
  resolve('done');
  await running;
  expect(recording.executions.map(({ name }) => name)).toEqual(['second']);
});

test('taking an observer away twice takes nobody else away', () => {
  const stop = observing(() => {});
  observing(() => {});
  stop();
  stop();
  expect(isObserved()).toBe(true);
});

test('two copies of the package share observers, and each takes the steps of the other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tta-second-copy-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  await cp(import.meta.dirname, folder, { recursive: true });
  const url = pathToFileURL(join(folder, 'index.ts')).href;
  const secondCopy: typeof firstCopy = await import(/* @vite-ignore */ url);
  expect(secondCopy.WorkflowPrimitive).not.toBe(firstCopy.WorkflowPrimitive);

  using recording = recordingObserver();
  const foreign = secondCopy.step('foreign', (text: string) => `${text}!`);
  const mixed = step('ours', (text: string) => text.toUpperCase()).pipe(foreign as never as typeof foreign);
  expect(await mixed.execute('a')).toBe('A!');
  expect(recording.executions.map(({ name }) => name)).toEqual(['ours > foreign', 'ours', 'foreign']);
  expect(await secondCopy.parallel([step('ours', (n: number) => n)]).execute(1)).toEqual([1]);
});

test.each([
  [{}, {}, 'registerObserver: observer must be an object with observe, but it is an object'],
  [
    { observe: () => {} },
    { onerror: () => {} },
    'registerObserver: onerror is not an option; the options are onError, readsContent',
  ],
  [
    { observe: () => {} },
    { readsContent: 'yes' },
    'registerObserver: readsContent must be true or false, but it is "yes"',
  ],
])('refuses %o with %o', (observer, options, message) => {
  expect(() => registerObserver(observer as never, options as never)).toThrow(message);
});
