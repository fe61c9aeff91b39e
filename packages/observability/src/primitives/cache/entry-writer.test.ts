import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { chatAnswer } from './__fixtures__/chat.ts';
import { CachePrimitive } from './cache-primitive.ts';
import { memoryStore } from './store/memory-store.ts';

describe('a cache', () => {
  it('stores what is asked of it: tool calls, and no refusals, and only what is valid', async () => {
    using recording = recordingObserver();
    const answers = [
      chatAnswer(null, { finish_reason: 'tool_calls' }, { tool_calls: [{ id: 't' }] }),
      chatAnswer(null, {}, { refusal: 'I cannot.' }),
      chatAnswer('wrong'),
    ];
    const cache = new CachePrimitive((input: { ask: number }) => answers[input.ask], {
      cacheToolCalls: true,
      cacheRefusals: false,
      validate: (value) => !JSON.stringify(value).includes('wrong'),
    });
    for (const ask of [0, 0, 1, 1, 2, 2]) await cache.execute({ ask });
    expect(cache.getStats()).toMatchObject({ hits: 1, misses: 5 });
    expect(recording.factsOf('cache.skipped')).toEqual(['refusal', 'refusal', 'invalid', 'invalid']);
  });

  it('stores no more characters than it is allowed to, although escapes would be more', async () => {
    const store = memoryStore();
    const answer = `${'é'.repeat(10)}${'a'.repeat(488)}`;
    const cache = new CachePrimitive((_question: string) => answer, { store, maxEntryLength: 500 });
    await cache.execute('q');
    expect(await cache.execute('q')).toBe(answer);
    for await (const { value } of store.entries?.('v1:') ?? []) {
      expect(value.slice(value.indexOf('\n') + 1)).toBe(JSON.stringify(answer));
    }
    expect.assertions(2);
  });
});
