import { Ollama } from 'ollama';
import { runInContext, WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TEXT } from '../__fixtures__/answers.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { ttaFetch } from './tta-fetch.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

const ASKED = { model: 'llama3.2', messages: [{ role: 'user', content: 'Hi' }] };

async function whole(ollama: Ollama): Promise<string> {
  return (await ollama.chat(ASKED)).message.content;
}

async function streamed(ollama: Ollama): Promise<string> {
  let text = '';
  for await (const { message } of await ollama.chat({ ...ASKED, stream: true })) text += message.content;
  return text;
}

it.each([
  [whole, whole],
  [streamed, streamed],
  [whole, streamed],
  [streamed, whole],
])('the client of Ollama gets its answer by %o, and again by %o from the cache', async (first, second) => {
  const clock = manualClock();
  const ollama = new Ollama({ host: provider.url, fetch: ttaFetch({ cache: {} }) });
  for (const [ask, outcome] of [
    [first, 'miss'],
    [second, 'hit'],
  ] as const) {
    const { context, report } = withReport(new WorkflowContext({ clock }));
    expect(await runInContext(context, () => ask(ollama))).toBe(TEXT);
    await clock.advance(1_000); // the client of a stream stops at the last line, and never reads its end
    expect(await report).toMatchObject({ cacheOutcome: outcome });
  }
  expect(provider.received).toHaveLength(1);
});

it('a stream whose client stops at the last line is a complete call, and gives its place in a limit back', async () => {
  const clock = manualClock();
  const limit = { key: () => 'all', concurrent: 1 };
  const ollama = new Ollama({ host: provider.url, fetch: ttaFetch({ limit }) });
  for (const _time of [1, 2]) {
    const { context, report } = withReport(new WorkflowContext({ clock }));
    expect(await runInContext(context, () => streamed(ollama))).toBe(TEXT);
    const usage = { inputTokens: 1_000, outputTokens: 100 };
    expect((await report).attempts).toMatchObject([{ provider: 'ollama', outcome: 'answered', usage }]);
  }
});
