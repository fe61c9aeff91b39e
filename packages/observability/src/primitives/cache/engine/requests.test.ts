import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeStore } from '../__fixtures__/fake-store.ts';
import { scriptedStep } from '../__fixtures__/scripted-step.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { isDeterministic } from './determinism.ts';

describe('a cache with samples', () => {
  it('K20 stores up to n answers to one request, and gives one of them by chance', async () => {
    const clock = manualClock();
    let chance = 0;
    const step = vi.fn(scriptedStep().step);
    const fake = new FakeStore();
    const cache = new CachePrimitive(step, { store: fake, samples: 3, random: () => chance });
    const answers: unknown[] = [];
    for (chance of [0, 0.34, 0.99, 0, 0.5, 0.67, 0.99]) {
      answers.push(await cache.execute('q', new WorkflowContext({ clock })));
      await clock.advance(0);
    }
    expect(answers).toEqual(['answer 1', 'answer 2', 'answer 3', 'answer 1', 'answer 2', 'answer 3', 'answer 3']);
    expect(fake.held.size).toBe(3);
    expect(cache.getStats()).toMatchObject({ misses: 3, hits: 4 });
  });

  it('goes on with what it had stored before it began to sample', async () => {
    const clock = manualClock();
    const store = new FakeStore();
    const step = vi.fn(scriptedStep().step);
    const ask = (samples: number) =>
      new CachePrimitive(step, { store, operation: 'chat', samples, random: () => 0 }).execute(
        'q',
        new WorkflowContext({ clock }),
      );
    await ask(1);
    await clock.advance(0);
    await ask(5);
    expect(step).toHaveBeenCalledTimes(1);
  });

  it('needs no chance that keeps below 1', async () => {
    const store = new FakeStore();
    const cache = new CachePrimitive(scriptedStep().step, { store, samples: 2, random: () => 1 });
    expect(await cache.execute('q')).toBe('answer 1');
  });
});

describe('a cache for what is deterministic only', () => {
  it('looks up requests at temperature 0 or with a seed, and leaves every other to the step', async () => {
    using recording = recordingObserver();
    const step = vi.fn((_: unknown) => 'answer');
    const cache = new CachePrimitive(step, { policy: 'deterministic-only' });
    const ask = (request: object) => cache.execute({ model: 'm', messages: [], ...request });
    for (const request of [{ temperature: 0 }, { seed: 7 }, {}, { temperature: 1 }, { temperature: 0 }])
      await ask(request);
    expect(cache.getStats()).toMatchObject({ total: 5, misses: 2, hits: 1, bypasses: 2 });
    expect(recording.factsOf('cache.skipped')).toEqual(['not_deterministic', 'not_deterministic']);
    expect(step).toHaveBeenCalledTimes(4);
  });

  it.each([
    [{ temperature: 0 }, true],
    [{ seed: 0 }, true],
    [{ generationConfig: { temperature: 0 } }, true],
    [{ config: { seed: 1 } }, true],
    [{ inferenceConfig: { temperature: 0 } }, true],
    [{ options: { seed: 1 } }, true],
    [{ temperature: 0.1 }, false],
    [{ seed: null }, false],
    [{ temperature: '0' }, false],
    [{}, false],
    ['a text', false],
    [undefined, false],
  ])('takes %j for deterministic: %s', (input, verdict) => {
    expect(isDeterministic(input)).toBe(verdict);
  });
});
