import { ChatAnthropic } from '@langchain/anthropic';
import { InMemoryCache } from '@langchain/core/caches';
import { AIMessageChunk } from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatOpenAI, type ChatOpenAIFields, OpenAI } from '@langchain/openai';
import { type Report, runInContext, WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { observe, routedChatModel, type TtaCallbacksOptions, ttaCallbacks } from './index.ts';

let provider: LoopbackProvider;
beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

const openai = (fields: ChatOpenAIFields = {}) => {
  const configuration = { baseURL: `${provider.url}/v1` };
  return new ChatOpenAI({ model: 'gpt-4o-mini', apiKey: 'k', maxRetries: 0, configuration, ...fields });
};
const anthropic = () =>
  new ChatAnthropic({ model: 'claude-haiku-4-5', apiKey: 'k', anthropicApiUrl: provider.url, maxRetries: 0 });

const callbacks = [ttaCallbacks()];

/** The report of some work. */
async function reportOf(
  work: () => Promise<unknown>,
  init: { clock?: ReturnType<typeof manualClock> } = {},
): Promise<Report> {
  const { context, report } = withReport(new WorkflowContext(init));
  await runInContext(context, work).catch(() => {});
  return report;
}

const USAGE = { inputTokens: 1_000, outputTokens: 100 };

it('counts a run of a chain once, with its model, tokens and cost', async () => {
  const chain = ChatPromptTemplate.fromTemplate('{greeting}').pipe(openai());
  const { attempts, costUsd } = await reportOf(() => chain.invoke({ greeting: 'Hi' }, { callbacks }));
  expect(attempts).toMatchObject([
    { provider: 'openai', model: 'gpt-4o-mini', operation: 'chat', outcome: 'answered', usage: USAGE },
  ]);
  expect(costUsd).toBeGreaterThan(0);
});

it.each([
  ['OpenAI', openai],
  ['Anthropic, which LangChain adds up', anthropic],
])('counts the tokens that a stream of %s was billed', async (_, make) => {
  const { attempts } = await reportOf(async () => collect(await make().stream('Hi', { callbacks })));
  expect(attempts).toMatchObject([{ outcome: 'answered', usage: USAGE }]);
  expect(attempts?.[0]?.firstChunkMs).toBeGreaterThanOrEqual(0);
});

it('counts each prompt of a batch, and nothing twice', async () => {
  const { attempts } = await reportOf(() => openai().batch(['Hi', 'Ho'], { callbacks }));
  expect(attempts).toHaveLength(2);
});

it('leaves models with a workflow of their own to it', async () => {
  const models = [observe(openai()), routedChatModel({ small: openai() }, { strategy: () => 'small' })];
  for (const model of models) {
    const { attempts } = await reportOf(async () => {
      await model.invoke('Hi', { callbacks });
      await collect(await model.stream('Hi', { callbacks }));
      await model.withConfig({ tags: ['a'] }).invoke('Hi', { callbacks });
    });
    expect(attempts).toHaveLength(3);
  }
});

it('counts a hit of the cache of LangChain as a hit that costs nothing', async () => {
  const model = openai({ cache: new InMemoryCache() });
  const report = await reportOf(async () => {
    for (const _time of ['miss', 'hit']) expect((await model.invoke('Hi', { callbacks })).text).toBe(TEXT);
  });
  expect(provider.received).toHaveLength(1);
  expect(report.attempts).toHaveLength(1);
  expect(report.cacheOutcome).toBe('hit');
});

it('states a failure with its kind', async () => {
  provider.reply = () => ({ status: 429, headers: { 'retry-after': '7' }, body: { error: { message: 'slow down' } } });
  const { attempts } = await reportOf(() => openai().invoke('Hi', { callbacks }));
  expect(attempts).toMatchObject([{ outcome: 'failed', failure: 'rate_limited', costUsd: 0 }]);
});

it('counts a stream that breaks off as failed, at an unknown cost', async () => {
  provider.reply = () => ({ fault: 'cut' });
  const { attempts, costUsd } = await reportOf(async () => collect(await openai().stream('Hi', { callbacks })));
  expect(attempts).toMatchObject([{ outcome: 'failed' }]);
  expect(costUsd).toBeNull();
});

it('counts a call that its caller aborts as cancelled', async () => {
  provider.reply = () => ({ fault: 'silence' });
  const controller = new AbortController();
  const { attempts } = await reportOf(async () => {
    const answer = openai().invoke('Hi', { callbacks, signal: controller.signal });
    await expect.poll(() => provider.received.length).toBe(1);
    controller.abort();
    await answer;
  });
  expect(attempts).toMatchObject([{ outcome: 'cancelled' }]);
});

it('gives up a stream that its reader has left after ten minutes of silence', async () => {
  provider.reply = () => ({ fault: 'stall' });
  const clock = manualClock();
  let report: Report | undefined;
  const work = reportOf(
    async () => {
      for await (const _chunk of await openai().stream('Hi', { callbacks })) break;
    },
    { clock },
  ).then((given) => {
    report = given;
  });
  await expect
    .poll(() => clock.advance(600_000).then(() => report?.attempts))
    .toMatchObject([{ outcome: 'cancelled' }]);
  await work;
});

it('counts a stream that is silent for minutes between its chunks', async () => {
  const clock = manualClock();
  const handler = ttaCallbacks();
  const usage = { input_tokens: 1_000, output_tokens: 100, total_tokens: 1_100 };
  const { attempts } = await reportOf(
    async () => {
      handler.handleChatModelStart({} as never, [[]], 'run', undefined, {}, [], { ls_model_name: 'gpt-4o-mini' });
      for (const message of [new AIMessageChunk('Hel'), new AIMessageChunk({ content: 'lo', usage_metadata: usage })]) {
        const chunk = new ChatGenerationChunk({ text: message.text, message });
        handler.handleLLMNewToken(message.text, undefined, 'run', undefined, [], { chunk });
        await clock.advance(300_000);
      }
      handler.handleLLMEnd({ generations: [] }, 'run');
    },
    { clock },
  );
  expect(attempts).toMatchObject([{ outcome: 'answered', usage: { inputTokens: 1_000, outputTokens: 100 } }]);
});

it('counts completions of models without a chat', async () => {
  provider.reply = () => ({
    body: {
      ...{ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'gpt-3.5-turbo-instruct' },
      choices: [{ text: TEXT, index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
    },
  });
  const configuration = { baseURL: `${provider.url}/v1` };
  const model = new OpenAI({ model: 'gpt-3.5-turbo-instruct', apiKey: 'k', maxRetries: 0, configuration });
  const { attempts } = await reportOf(() => model.invoke('Hi', { callbacks }));
  expect(attempts).toMatchObject([{ operation: 'text_completion', outcome: 'answered', usage: USAGE }]);
});

it('refuses an option that it does not know', () => {
  expect(() => ttaCallbacks({ cash: {} } as TtaCallbacksOptions)).toThrow(/ttaCallbacks.*cash/);
});
