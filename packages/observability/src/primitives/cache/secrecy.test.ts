import { WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { chatAnswer, REQUEST } from './__fixtures__/chat.ts';
import { FakeStore } from './__fixtures__/fake-store.ts';
import { CachePrimitive } from './cache-primitive.ts';

describe('a cache', () => {
  it('K22 K25 tells nobody the prompt, the API key or the secret: no store, no fact, no statistics', async () => {
    using recording = recordingObserver();
    const store = new FakeStore();
    const secret = 'a secret of the application';
    const cache = new CachePrimitive((_: object) => chatAnswer('yes'), { operation: 'chat', store, secret });
    const request = { ...REQUEST, messages: [{ role: 'user', content: 'marker-8731' }], apiKey: 'sk-9142' };
    for (const tenantId of [undefined, 'acme']) {
      const context = new WorkflowContext(tenantId === undefined ? {} : { tenantId });
      for (let turns = 0; turns < 2; turns += 1) await cache.execute(request, context);
    }
    const told = JSON.stringify([...store.held, recording.executions, cache.getStats(), String(cache)]);
    expect(cache.getStats()).toMatchObject({ hits: 2, misses: 2 });
    for (const hidden of ['marker-8731', 'sk-9142', secret]) expect(told).not.toContain(hidden);
  });

  it('with a secret tells nobody its tags either', async () => {
    const tagKeysWith = async (secret: string): Promise<string[]> => {
      const store = new FakeStore();
      const cache = new CachePrimitive((_: object) => 'yes', {
        operation: 'chat',
        store,
        secret,
        tags: () => ['user:ann'],
      });
      await cache.execute(REQUEST);
      await cache.invalidateTag('user:ann');
      return [...store.held.keys()].filter((key) => key.includes('tag:')).map((key) => key.split('tag:')[1] ?? '');
    };
    const [own, other] = [await tagKeysWith('0123456789abcdef'), await tagKeysWith('fedcba9876543210')];
    expect(own).toHaveLength(1);
    expect(own).not.toEqual(other);
  });
});
