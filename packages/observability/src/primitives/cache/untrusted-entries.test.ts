import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { dialectOfAnswer } from '../../llm/dialects/registry.ts';
import { chatAnswer } from './__fixtures__/chat.ts';
import { FakeStore } from './__fixtures__/fake-store.ts';
import { CachePrimitive } from './cache-primitive.ts';
import { bodyInForm } from './entry/answer-codec.ts';

const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);
const REQUEST = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const acme = new WorkflowContext({ tenantId: 'acme' });

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const withHeader = (change: (header: string) => string) => (text: string) => {
  const end = text.indexOf('\n');
  return change(text.slice(0, end)) + text.slice(end);
};

const saying = (name: string, value: string) =>
  withHeader((header) => header.replace(new RegExp(`"${name}":(\\{[^}]*\\}|[^,]*)`), `"${name}":${value}`));

const YEAR_AHEAD = String(Date.now() + 365 * 24 * 3_600_000);

describe('an entry of a store that others write to', () => {
  it.each<[string, (text: string) => string]>([
    [
      'an answer nested 100,000 deep',
      (text) => `${text.slice(0, text.indexOf('\n')).replace(/,"payloadBytes":\d+/, '')}\n${DEEP}`,
    ],
    ['a header nested 100,000 deep', withHeader((header) => `${header.slice(0, -1)},"more":${DEEP}}`)],
    ['a time beyond all numbers', saying('createdAtMs', '1e400')],
    ['a time before all numbers', saying('createdAtMs', '-1e400')],
    ['a time in a year', saying('createdAtMs', YEAR_AHEAD)],
    ['a life without an end', saying('ttlMs', '1e400')],
    ['a life below nothing', saying('ttlMs', '-1')],
    ['a life beyond all counts', saying('ttlMs', '1e300')],
    ['a header of five megabytes', withHeader((header) => `${header.slice(0, -1)},"more":"${'x'.repeat(5_000_000)}"}`)],
    ['a model whose name is a megabyte long', saying('answeredBy', `"${'x'.repeat(1_000_000)}"`)],
    ['an answer longer than any that is stored', (text) => text + ' '.repeat(4_300_000)],
    ['more tokens than a model reads', saying('usage', '{"inputTokens":9007199254740991,"outputTokens":1}')],
    ['more searches than a call makes', saying('usage', '{"inputTokens":1,"outputTokens":1,"toolCalls":{"a":9e15}}')],
    ['a cost that no call has', withHeader((header) => `${header.slice(0, -1)},"paidUsd":1e300}`)],
    ['a cost below nothing', withHeader((header) => `${header.slice(0, -1)},"paidUsd":-1}`)],
    ['a bill that no call has', saying('usage', '{"inputTokens":1,"outputTokens":1,"billedUsd":1e300}')],
  ])('with %s is a miss, and removed', async (_, spoil) => {
    for (const copy of ['clone', 'share'] as const) {
      const store = new FakeStore();
      const step = () => chatAnswer('Hello.', {}, {});
      await new CachePrimitive(step, { operation: 'chat', store }).execute(REQUEST, acme);
      await settled();
      const [[key, text] = ['', '']] = store.held;
      const spoilt = spoil(text);
      expect(spoilt).not.toBe(text);
      store.held.set(key, spoilt);
      const cache = new CachePrimitive(step, { operation: 'chat', store, copy, isCacheable: () => false });
      for (let turn = 0; turn < 3; turn += 1) expect(await cache.execute(REQUEST, acme)).toEqual(step());
      expect(cache.getStats()).toMatchObject({ hits: 0, costSavingsUsd: 0 });
      expect([...store.held.keys()]).toEqual([]);
    }
  });

  it('is no answer in another form if its body is nested 100,000 deep', () => {
    const answer = JSON.stringify(chatAnswer('Hello.'));
    const body = Buffer.from(`${answer.slice(0, -1)},"more":${DEEP}}`);
    const http = { status: 200, headers: { 'content-type': 'application/json' } } as never;
    const dialect = dialectOfAnswer(chatAnswer('Hello.'));
    expect(bodyInForm('stream', 'whole', { http, body: Buffer.from(answer) }, dialect)).toBeDefined();
    expect(bodyInForm('stream', 'whole', { http, body }, dialect)).toBeUndefined();
  });

  it.each(['answers', 'texts'])('that are no %s never fails an execution', async (kind) => {
    for (const value of [5, {}, [], Buffer.from('x'), 'x', '\n', Symbol.iterator, () => {}]) {
      const store = new FakeStore();
      const give = async (): Promise<never> => ({ value }) as never;
      Object.assign(store, { get: give, getBytes: give, getMany: async () => [await give(), await give()] });
      const cache = new CachePrimitive(() => new Response('own'), {
        operation: 'chat',
        store,
        tags: () => ['site'],
        ...(kind === 'answers' && { answers: 'bytes' }),
      });
      expect(await (await cache.execute(REQUEST, acme)).text()).toBe('own');
    }
  });
});

describe('an entry whose store has lost the end of its life', () => {
  const encryption = { current: { id: 'k', key: new Uint8Array(32) } };

  it.each([
    ['the end of its life, if it is encrypted', { encryption }, 60_000],
    ['a day after the end of its life, if it is not', {}, 60_000 + 24 * 3_600_000],
  ])('is served until %s', async (_, options, lifeMs) => {
    const clock = manualClock();
    const answers = ['first', 'second'];
    const cache = new CachePrimitive(() => answers.shift(), {
      ...options,
      store: new FakeStore(),
      ttlMs: 60_000,
      ttlJitter: 0,
    });
    const ask = () => cache.execute('question', new WorkflowContext({ clock }));
    await ask();
    await clock.advance(lifeMs - 1);
    expect(await ask()).toBe('first');
    await clock.advance(1);
    expect(await ask()).toBe('second');
  });
});

describe('an answer whose header would not be read again', () => {
  it('is not stored', async () => {
    using recording = recordingObserver();
    const store = new FakeStore();
    const cache = new CachePrimitive(() => ({ ...chatAnswer('Hello.'), model: 'x'.repeat(40_000) }), { store });
    await cache.execute(REQUEST, acme);
    await settled();
    expect([...store.held.keys()]).toEqual([]);
    expect(recording.factsOf('cache.skipped')).toEqual(['too_large']);
  });
});
