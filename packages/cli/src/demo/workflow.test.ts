import OpenAI from 'openai';
import { isTimeoutError, memoryStore } from 'tta-observability-integration/primitives';
import { afterEach, describe, expect, it } from 'vitest';
import type { BilledCall } from '../provider/model.ts';
import { type Provider, startProvider } from '../provider/server.ts';
import type { ChatAnswer } from './answer.ts';
import { readAnswer } from './answer.ts';
import { chatRequest } from './request.ts';
import { type ChatWorkflow, chatWorkflow } from './workflow.ts';

let provider: Provider;
const bill: BilledCall[] = [];

afterEach(async () => {
  await provider.close();
  bill.length = 0;
});

async function workflowWith(firstTokenMs: number, limitMs = 60_000): Promise<ChatWorkflow> {
  provider = await startProvider({
    models: ['small', 'large'].map((name) => ({ name, firstTokenMs, tokensPerSecond: 10_000 })),
    answerOf: () => ({ inputTokens: 10, outputTokens: 20 }),
    onCall: (call) => bill.push(call),
  });
  return chatWorkflow({
    client: new OpenAI({ baseURL: provider.url, apiKey: 'none', maxRetries: 0, logLevel: 'off' }),
    strategy: { name: 'demand' },
    models: [{ name: 'small' }, { name: 'large' }],
    store: memoryStore({ maxBytes: 2 ** 20 }),
    limits: { timeoutMs: limitMs, graceMs: 100, idleMs: limitMs },
    costOf: () => 2,
    prompts: ['hello', 'explain why'],
  });
}

async function readTwice(workflow: ChatWorkflow, isStreamed: boolean): Promise<unknown[]> {
  const ask = (): Promise<ChatAnswer> => workflow.timeout.execute(chatRequest('hello', isStreamed));
  return [await readAnswer(await ask()), await readAnswer(await ask())];
}

describe('the workflow of the demo', () => {
  it.each([false, true])(
    'asks a model once and answers the repeat from the cache (streamed: %s)',
    async (isStreamed) => {
      const workflow = await workflowWith(1);
      const answer = { model: 'small', usage: { inputTokens: 10, outputTokens: 20 } };
      expect(await readTwice(workflow, isStreamed)).toEqual([answer, answer]);
      expect(bill).toHaveLength(1);
      expect(workflow.cache.getStats()).toMatchObject({ hits: 1, misses: 1, costSavingsUsd: 2 });
    },
  );

  it('sends a demanding request to the stronger model', async () => {
    const { timeout } = await workflowWith(1);
    expect(await readAnswer(await timeout.execute(chatRequest('explain why', false)))).toMatchObject({
      model: 'large',
    });
  });

  it('tells the model to stop when the time is up', async () => {
    const { timeout } = await workflowWith(600_000, 500);
    const error = await timeout.execute(chatRequest('hello', false)).catch((thrown: unknown) => thrown);
    expect(isTimeoutError(error)).toBe(true);
    await expect.poll(() => bill).toMatchObject([{ ending: 'left', outputTokens: 0 }]);
  });
});
