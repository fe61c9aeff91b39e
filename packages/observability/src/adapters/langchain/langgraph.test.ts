import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { runInContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { observe, routedChatModel } from './index.ts';

let provider: LoopbackProvider;
beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

const openai = () =>
  new ChatOpenAI({ model: 'gpt-4o-mini', apiKey: 'k', configuration: { baseURL: `${provider.url}/v1` } });
const anthropic = () => new ChatAnthropic({ model: 'claude-haiku-4-5', apiKey: 'k', anthropicApiUrl: provider.url });

const MODELS: readonly (readonly [string, () => BaseChatModel])[] = [
  ['an observed model', () => observe(openai(), { cache: {} })],
  ['a routed model', () => routedChatModel({ one: anthropic(), two: openai() }, { strategy: () => 'one', cache: {} })],
];

/** An agent whose model may call a tool once. */
function agentOf(model: BaseChatModel) {
  const weather = tool(() => 'sunny', {
    name: 'weather',
    description: 'Weather',
    schema: { type: 'object', properties: { city: { type: 'string' } } } as never,
  });
  const bound = model.bindTools?.([weather]) ?? model;
  return new StateGraph(MessagesAnnotation)
    .addNode('agent', async ({ messages }) => {
      const isAnswered = messages.some(({ type }) => type === 'tool');
      return { messages: [await (isAnswered ? model : bound).invoke(messages)] };
    })
    .addNode('tools', new ToolNode([weather]))
    .addEdge(START, 'agent')
    .addConditionalEdges('agent', toolsCondition)
    .addEdge('tools', 'agent')
    .compile();
}

it.each(MODELS)('calls a tool and answers in a graph, with %s, and states both calls', async (_, make) => {
  const { context, report } = withReport();
  const { messages } = await runInContext(context, () =>
    agentOf(make()).invoke({ messages: [new HumanMessage('Hi')] }),
  );
  expect(messages.map(({ type, text }) => [type, text])).toEqual([
    ['human', 'Hi'],
    ['ai', ''],
    ['tool', 'sunny'],
    ['ai', TEXT],
  ]);
  expect((await report).attempts).toHaveLength(2);
});

it.each(MODELS)('streams the tokens of %s out of a graph, of an answer of the cache too', async (_, make) => {
  const model = make();
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('agent', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addEdge(START, 'agent')
    .compile();
  for (const _time of ['miss', 'hit']) {
    const parts = await collect(await graph.stream({ messages: [new HumanMessage('Hi')] }, { streamMode: 'messages' }));
    const chunks = parts.map(([message]) => message).filter((message) => message instanceof AIMessageChunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.map(({ text }) => text).join('')).toBe(TEXT);
  }
  expect(provider.received).toHaveLength(1);
});

it.each(MODELS)(
  'adds the same answer of the cache to a conversation as often as it is given, with %s',
  async (_, make) => {
    const model = make();
    const answer = async () => ({ messages: [await model.invoke('Hi')] });
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('first', answer)
      .addNode('second', answer)
      .addEdge(START, 'first')
      .addEdge('first', 'second')
      .compile();
    const { messages } = await graph.invoke({ messages: [] });
    expect(messages.map(({ text }) => text)).toEqual([TEXT, TEXT]);
    expect(provider.received).toHaveLength(1);
  },
);
