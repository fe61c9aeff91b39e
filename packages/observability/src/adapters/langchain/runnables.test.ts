import { AIMessage, type AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnableLambda } from '@langchain/core/runnables';
import { ChatOpenAI } from '@langchain/openai';
import { runInContext, step, WorkflowContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { modelCall } from '../../llm/index.ts';
import { CachePrimitive } from '../../primitives/index.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { fromRunnable, toRunnable } from './index.ts';

let provider: LoopbackProvider;
beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

const openai = () =>
  new ChatOpenAI({
    model: 'gpt-4o-mini',
    apiKey: 'k',
    maxRetries: 0,
    configuration: { baseURL: `${provider.url}/v1` },
  });
const outcomeOf = (answer: Promise<unknown>): Promise<unknown> => answer.catch((error: unknown) => error);

describe('toRunnable', () => {
  it('puts a primitive into a sequence of Runnables', async () => {
    const loud = toRunnable(step('loud', ({ text }: AIMessageChunk) => text.toUpperCase()));
    const chain = ChatPromptTemplate.fromTemplate('{greeting}').pipe(openai()).pipe(loud);
    expect(await chain.invoke({ greeting: 'Hi' })).toBe(TEXT.toUpperCase());
    expect(loud.getName()).toBe('loud');
  });

  it('gives the primitive the signal and the metadata of a run', async () => {
    const controller = new AbortController();
    let seen: WorkflowContext | undefined;
    const waiting = toRunnable(
      step('waiting', (_input: string, context) => {
        seen = context;
        return new Promise(() => {});
      }),
    );
    const answer = outcomeOf(waiting.invoke('Hi', { signal: controller.signal, metadata: { thread_id: 't1' } }));
    await expect.poll(() => seen?.metadata['thread_id']).toBe('t1');
    controller.abort(new Error('left'));
    expect(await answer).toMatchObject({ message: 'left' });
    expect(seen?.signal.aborted).toBe(true);
  });

  it('starts nothing for a signal that has aborted already', async () => {
    let starts = 0;
    const counting = toRunnable(step('counting', () => (starts += 1)));
    const ask = () => counting.invoke('Hi' as never, { signal: AbortSignal.abort(new Error('left')) });
    for (const run of [ask, () => runInContext(new WorkflowContext(), ask)]) {
      expect(await outcomeOf(run())).toMatchObject({ message: 'left' });
    }
    expect(starts).toBe(0);
  });

  it('streams a stream of the primitive through a sequence, and joins it for invoke', async () => {
    const words = toRunnable(
      step('words', async function* (text: string) {
        yield* text.split(' ');
      } as unknown as (text: string) => AsyncIterable<string>),
    );
    const chain = RunnableLambda.from((text: string) => text).pipe(words);
    expect(await collect(await chain.stream('a b c'))).toEqual(['a', 'b', 'c']);
    expect(await chain.invoke('a b c')).toBe('abc');
  });

  it('closes a stream whose reader leaves', async () => {
    let closed = false;
    const endless = toRunnable(
      step('endless', async function* () {
        try {
          for (;;) yield 'a';
        } finally {
          closed = true;
        }
      } as unknown as () => AsyncIterable<string>),
    );
    for await (const _chunk of await endless.stream('Hi' as never)) break;
    await expect.poll(() => closed).toBe(true);
  });

  it('hands on the errors of the primitive', async () => {
    const failing = toRunnable(
      step('failing', () => {
        throw new Error('no');
      }),
    );
    expect(await outcomeOf(failing.invoke('Hi' as never))).toMatchObject({ message: 'no' });
    expect(await outcomeOf(failing.stream('Hi' as never).then(collect))).toMatchObject({ message: 'no' });
  });

  it('refuses what is no primitive', () => {
    expect(() => toRunnable({} as never)).toThrow(/^toRunnable: primitive/);
  });
});

describe('fromRunnable', () => {
  it.each([[undefined], [{}], [() => 'an answer']])('refuses %s, which is no Runnable', (runnable) => {
    expect(() => fromRunnable(runnable as never)).toThrow(/^fromRunnable: runnable must be a Runnable, but it is /);
  });

  it('makes a step of a chain, whose model call is counted and priced', async () => {
    const call = modelCall(fromRunnable(openai()), { provider: 'openai' });
    const { context, report } = withReport();
    const message = await call.pipe(fromRunnable(new StringOutputParser())).execute([new HumanMessage('Hi')], context);
    expect(message).toBe(TEXT);
    const { attempts, costUsd } = await report;
    expect(attempts).toMatchObject([{ model: 'gpt-4o-mini', usage: { inputTokens: 1_000, outputTokens: 100 } }]);
    expect(costUsd).toBeGreaterThan(0);
  });

  it('answers repeated messages from the cache with messages of the same class', async () => {
    const ask = fromRunnable(openai(), { cache: {} });
    const asked = () => [new HumanMessage({ content: 'Hi', id: crypto.randomUUID() })];
    const [miss, hit] = [await ask.execute(asked()), await ask.execute(asked())];
    expect(provider.received).toHaveLength(1);
    expect(hit).toBeInstanceOf(AIMessage);
    expect(hit.toDict()).toEqual(miss.toDict());
    await ask.execute([new HumanMessage('Ho')]);
    expect(provider.received).toHaveLength(2);
  });

  it('answers repeated streams from the cache', async () => {
    const ask = fromRunnable(openai(), { cache: {}, stream: true });
    for (const _time of ['miss', 'hit']) {
      const chunks = await collect(await ask.execute([new HumanMessage('Hi')]));
      expect(chunks.reduce((sum, chunk) => sum.concat(chunk)).text).toBe(TEXT);
    }
    expect(provider.received).toHaveLength(1);
  });

  it('gives back a state that holds messages of several roles', async () => {
    let runs = 0;
    const chat = RunnableLambda.from(({ messages }: { messages: HumanMessage[] }) => {
      runs += 1;
      return { messages: [...messages, new AIMessage('Hello')], at: new Date(5) };
    });
    const ask = fromRunnable(chat, { cache: {} });
    const input = { messages: [new HumanMessage('Hi')] };
    const [miss, hit] = [await ask.execute(input), await ask.execute(input)];
    expect(runs).toBe(1);
    expect(hit.messages.map((message) => message.constructor)).toEqual([HumanMessage, AIMessage]);
    expect(hit).toEqual(miss);
  });

  it('does not store what holds an instance of a class of its own', async () => {
    class OwnMessage extends AIMessage {}
    let runs = 0;
    const chat = RunnableLambda.from(() => {
      runs += 1;
      return new OwnMessage('Hello');
    });
    const ask = fromRunnable(chat, { cache: {} });
    for (const _time of ['miss', 'miss']) expect(await ask.execute('Hi' as never)).toBeInstanceOf(OwnMessage);
    expect(runs).toBe(2);
  });

  it('cancels the Runnable with the workflow', async () => {
    provider.reply = () => ({ fault: 'silence' });
    const controller = new AbortController();
    const { context } = withReport();
    const work = fromRunnable(openai()).execute('Hi', context.child('ask', { signal: controller.signal }));
    const answer = outcomeOf(work);
    await expect.poll(() => provider.received.length).toBe(1);
    controller.abort(new Error('left'));
    expect(await answer).toMatchObject({ message: 'left' });
    await provider.last.closed;
  });

  it('leaves a cache without this key to refuse messages', async () => {
    const cached = new CachePrimitive(fromRunnable(openai()));
    for (const _time of ['bypass', 'bypass']) await cached.execute([new HumanMessage('Hi')]);
    expect(cached.getStats()).toMatchObject({ hits: 0, bypasses: 2 });
  });
});
