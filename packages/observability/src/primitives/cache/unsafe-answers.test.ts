import { readFileSync } from 'node:fs';
import { isStream } from 'tta-dev-primitives/internal';
import { describe, expect, it } from 'vitest';
import { CachePrimitive } from './cache-primitive.ts';
import { memoryStore } from './store/memory-store.ts';

/** An answer, whole or as the chunks of its stream, that must not be stored. */
interface UnsafeCase {
  readonly id: string;
  readonly kind: string;
  readonly input: { readonly answer?: object; readonly chunks?: readonly unknown[] };
}

const FIXTURE = new URL('../../llm/money/__fixtures__/cases.jsonl', import.meta.url);

const CASES = readFileSync(FIXTURE, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as UnsafeCase)
  .filter(({ kind }) => kind === 'cache-unsafe-store');

async function* streamOf(chunks: readonly unknown[]): AsyncGenerator<unknown, void, undefined> {
  for (const chunk of chunks) yield structuredClone(chunk);
}

/** How often two equal requests, one after the other, ask a step that gives this answer. */
async function callsOf({ answer, chunks }: UnsafeCase['input']): Promise<number> {
  let calls = 0;
  const step = async (_: object): Promise<unknown> => {
    calls += 1;
    return chunks === undefined ? structuredClone(answer) : streamOf(chunks);
  };
  const cache = new CachePrimitive(step, { operation: 'chat', store: memoryStore() });
  const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: chunks !== undefined };
  for (let count = 0; count < 2; count += 1) {
    const output = await cache.execute(request);
    if (isStream(output)) for await (const _ of output);
  }
  return calls;
}

describe('an answer that is cut, failed, unfinished or calls a tool is not stored', () => {
  it('is tried with every case', () => {
    expect(CASES).toHaveLength(21);
  });

  it.each(CASES.map(({ id, input }) => [id, input] as const))('%s', async (_, input) => {
    expect(await callsOf(input)).toBe(2);
  });

  it('is not said of an answer that is whole', async () => {
    const chunks = [
      { model: 'llama3.2', message: { role: 'assistant', content: 'Paris.' }, done: false },
      { model: 'llama3.2', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' },
    ];
    expect(await callsOf({ chunks })).toBe(1);
    expect(await callsOf({ answer: { generated: 'of a format that is not known, without a mark' } })).toBe(1);
  });
});
