import { isStream } from 'tta-dev-primitives/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnswerDraft, finish, say } from '../llm/dialects/answer-draft.ts';
import type { AnswerReading } from '../llm/dialects/answer-reading.ts';
import type { Dialect } from '../llm/dialects/dialect.ts';
import { registerDialect } from '../llm/dialects/registry.ts';
import { statedFailure } from '../llm/dialects/stated-failure.ts';
import { usageOfParts } from '../llm/dialects/usage-parts.ts';
import { countField, field, textField } from '../llm/fields.ts';
import { priceOf } from '../llm/money/price.ts';
import { priceList } from '../llm/money/price-list.ts';
import { usageOf } from '../llm/usage.ts';
import { CachePrimitive } from './cache/cache-primitive.ts';
import { memoryStore } from './cache/store/memory-store.ts';
import { RouterPrimitive } from './router/router-primitive.ts';

/** An invented provider: `{ oracle, question }` gives `{ oracle, says, because, weighed: [in, out] }`. */
const FINISHES = { told: 'complete', hushed: 'cut', silenced: 'filtered' } as const;

function readInto(draft: AnswerDraft, value: unknown): void {
  const [input, output] = (field(value, 'weighed') as unknown[] | undefined) ?? [];
  draft.model ??= textField(value, 'oracle');
  draft.failure ??= statedFailure({ error: field(value, 'curse') });
  draft.usage ??= usageOfParts({
    inputTokens: countField({ input }, 'input'),
    outputTokens: countField({ output }, 'output'),
  });
  say(draft.choice(0), field(value, 'says'));
  finish(draft.choice(0), field(value, 'because'), FINISHES);
}

function reading(...values: readonly unknown[]): AnswerReading {
  const draft = new AnswerDraft('oracle');
  for (const value of values) readInto(draft, value);
  return draft.close();
}

const ORACLE: Dialect = {
  name: 'oracle',
  request: {
    is: (value) => textField(value, 'oracle') !== undefined && field(value, 'question') !== undefined,
    model: (request) => textField(request, 'oracle'),
    form: (request) => (field(request, 'slowly') === true ? 'stream' : 'whole'),
    withoutEffect: { slowly: true, mood: true },
    keepsServerState: (request) => field(request, 'remember') === true,
    asksForJson: () => false,
    person: () => [],
    callerKey: (request) => textField(request, 'coin'),
    prompt: (request) => ({
      text: textField(request, 'question') ?? '',
      characters: textField(request, 'question')?.length ?? 0,
      hasTools: false,
      modalities: new Set(['text']),
      maxOutputTokens: undefined,
    }),
    lastQuestion: () => undefined,
  },
  answer: {
    is: (value) => textField(value, 'oracle') !== undefined && Object.hasOwn(Object(value), 'because'),
    read: reading,
    chunks: (value) => [{ murmur: true, ...(value as object) }],
  },
  stream: {
    isChunk: (value) => field(value, 'murmur') === true,
    reader() {
      const draft = new AnswerDraft('oracle');
      return { add: (chunk) => readInto(draft, chunk), reading: () => draft.close() };
    },
    assemble: (chunks) => {
      const says = chunks.map((chunk) => textField(chunk, 'says') ?? '').join('');
      return Object.assign({}, ...chunks, { says, murmur: undefined });
    },
  },
  prices: priceList({ 'delphi-2': { inputPerMillionUsd: 100, outputPerMillionUsd: 1_000 } }),
};

const answer = (over: object = {}): object => ({
  oracle: 'delphi-2',
  says: 'Know thyself.',
  because: 'told',
  weighed: [10, 4],
  ...over,
});

const REQUEST = { oracle: 'delphi-2', question: 'Who am I?' };

describe('a provider whose dialect is registered', () => {
  let unregister = (): void => {};
  beforeAll(() => {
    unregister = registerDialect(ORACLE);
  });
  afterAll(() => unregister());

  it('has its usage read and its price known', () => {
    expect(usageOf(answer())).toEqual({ inputTokens: 10, outputTokens: 4 });
    expect(priceOf({ inputTokens: 10, outputTokens: 4 }, 'delphi-2')?.totalUsd).toBeCloseTo(0.005, 9);
  });

  it('is served from the cache if only fields without effect differ, and is priced', async () => {
    let calls = 0;
    const cache = new CachePrimitive(async (_: object) => answer({ call: (calls += 1) }), {
      operation: 'ask',
      store: memoryStore(),
    });
    await cache.execute(REQUEST);
    expect(await cache.execute({ ...REQUEST, mood: 'calm' })).toMatchObject({ call: 1 });
    expect(cache.getStats().costSavingsUsd).toBeCloseTo(0.005, 9);
    await cache.execute({ ...REQUEST, coin: 'of another caller' });
    await cache.execute({ ...REQUEST, remember: true });
    expect(calls).toBe(3);
  });

  it.each([
    ['was cut', { because: 'hushed' }, 'length'],
    ['was filtered', { because: 'silenced' }, 'content_filter'],
    ['ended in an unknown way', { because: 'of smoke' }, 'no_finish_reason'],
    ['states a failure', { curse: { message: 'The tripod broke.' } }, 'error'],
    ['is empty', { says: '' }, 'empty'],
  ])('has no answer stored that %s', async (_, over, reason) => {
    const cache = new CachePrimitive(async (_input: object) => answer(over), {
      operation: 'ask',
      store: memoryStore(),
    });
    await cache.execute(REQUEST);
    expect(cache.getStats().skipped).toMatchObject({ [reason]: 1 });
  });

  it('has whole answers replayed as streams, and streams as whole answers', async () => {
    const whole = new CachePrimitive(async (_: object) => answer(), { operation: 'ask', store: memoryStore() });
    await whole.execute(REQUEST);
    expect(await chunksOf(await whole.execute({ ...REQUEST, slowly: true }))).toEqual([{ murmur: true, ...answer() }]);
    const streamed = new CachePrimitive(
      async function* (_: object) {
        yield { murmur: true, oracle: 'delphi-2', says: 'Know ' };
        yield { murmur: true, says: 'thyself.', because: 'told', weighed: [10, 4] };
      },
      { operation: 'ask', store: memoryStore() },
    );
    await chunksOf(await streamed.execute({ ...REQUEST, slowly: true }));
    expect(await streamed.execute(REQUEST)).toEqual(answer());
  });

  it('is fallen back from when its answer states a failure', async () => {
    const router = new RouterPrimitive(
      {
        broken: {
          step: () => answer({ curse: { type: 'overloaded_error', message: 'Too many pilgrims.' } }),
          model: 'delphi-2',
        },
        whole: { step: () => answer(), model: 'delphi-2' },
      },
      { strategy: () => 'broken', defaultRoute: 'whole', fallback: true },
    );
    expect(await router.execute(REQUEST)).toEqual(answer());
    expect(router.getStats()).toMatchObject({ routes: { broken: { errors: 1 }, whole: { costUsd: 0.005 } } });
  });
});

async function chunksOf(output: unknown): Promise<unknown[]> {
  const chunks: unknown[] = [];
  if (isStream(output)) for await (const chunk of output) chunks.push(chunk);
  return chunks;
}
