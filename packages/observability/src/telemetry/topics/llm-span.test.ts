import { RetryPrimitive, WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { telemetryForTest } from '../../apm/__fixtures__/telemetry-for-test.ts';
import { modelCall } from '../../llm/call/model-call.ts';
import { CachePrimitive } from '../../primitives/index.ts';

const request = {
  url: 'https://api.openai.com/v1/chat/completions',
  ...{ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] },
  ...{ temperature: 0.5, max_tokens: 20, response_format: { type: 'json_object' } },
};

const answer = {
  ...{ id: 'chatcmpl-1', object: 'chat.completion', model: 'gpt-4o-mini-2024-07-18' },
  choices: [{ index: 0, message: { role: 'assistant', content: '{}' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12, prompt_tokens_details: { cached_tokens: 4 } },
};

async function* chunks(...all: unknown[]): AsyncGenerator<unknown> {
  yield* all;
}

const chunk = (choice: object, more: object = {}) => ({
  ...{ id: 'chatcmpl-2', object: 'chat.completion.chunk', model: 'gpt-4o-mini-2024-07-18' },
  choices: [{ index: 0, ...choice }],
  ...more,
});

describe('the span of a model call', () => {
  it('has the attributes of the conventions', async () => {
    await using telemetry = await telemetryForTest();
    const context = new WorkflowContext({ sessionId: 's1' });
    await modelCall(() => answer).execute(request, context);
    const [span] = telemetry.handle.finishedSpans();
    expect(span).toMatchObject({ name: 'chat gpt-4o-mini', isError: false });
    const { attributes = {} } = span ?? {};
    const own = Object.entries(attributes).filter(([name]) => /^(gen_ai|server|error|tta\.llm)\b/.test(name));
    expect(Object.fromEntries(own)).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.max_tokens': 20,
      'gen_ai.output.type': 'json',
      'gen_ai.conversation.id': 's1',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 2,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'server.address': 'api.openai.com',
      'server.port': 443,
      'tta.llm.cost_usd': expect.any(Number),
      'tta.llm.outcome': 'answered',
    });
  });

  it('invents no conversation', async () => {
    await using telemetry = await telemetryForTest();
    await modelCall(() => answer).execute(request);
    expect(telemetry.handle.finishedSpans()[0]?.attributes).not.toHaveProperty('gen_ai.conversation.id');
  });

  it('says how long the first chunk of a stream took, in seconds, and that it was a stream', async () => {
    await using telemetry = await telemetryForTest();
    const stream = await modelCall(() => chunks(chunk({ delta: { content: 'hi' }, finish_reason: 'stop' }))).execute({
      ...request,
      stream: true,
    });
    for await (const _ of stream);
    const { attributes } = telemetry.handle.finishedSpans()[0] ?? {};
    expect(attributes).toMatchObject({ 'gen_ai.request.stream': true });
    expect(attributes?.['gen_ai.response.time_to_first_chunk']).toBeLessThan(60);
    expect(attributes?.['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0);
  });

  it('names the kind of a failure, and the finish of a choice that was cut off', async () => {
    await using telemetry = await telemetryForTest();
    const stream = await modelCall(() => chunks(chunk({ delta: { content: 'h' } }))).execute({
      ...request,
      stream: true,
    });
    await expect(async () => {
      for await (const _ of stream);
    }).rejects.toThrow('without a finish reason');
    const failing = modelCall(() => Promise.reject(Object.assign(new Error('slow down'), { status: 429 })));
    await expect(failing.execute(request)).rejects.toThrow('slow down');
    expect(telemetry.handle.finishedSpans()).toMatchObject([
      {
        isError: true,
        attributes: {
          'error.type': 'incomplete',
          'gen_ai.response.finish_reasons': ['error'],
          'tta.llm.unpriced': true,
        },
      },
      { isError: true, attributes: { 'error.type': 'rate_limited', 'tta.llm.cost_usd': 0 } },
    ]);
  });

  it('names embeddings by their own operation', async () => {
    await using telemetry = await telemetryForTest();
    const embed = modelCall(() => ({ object: 'list', data: [], usage: { prompt_tokens: 3, total_tokens: 3 } }));
    await embed.execute({ model: 'text-embedding-3-small', input: ['a'], dimensions: 256 });
    expect(telemetry.handle.finishedSpans()).toMatchObject([
      { name: 'embeddings text-embedding-3-small', attributes: { 'gen_ai.embeddings.dimension.count': 256 } },
    ]);
  });

  it('is one span for each attempt, and none of them holds what another one used', async () => {
    await using telemetry = await telemetryForTest();
    const answers = [Object.assign(new Error('busy'), { status: 503 }), answer];
    const ask = modelCall(() => {
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next;
    });
    await new RetryPrimitive(ask, { backoff: () => 0, operation: 'ask' }).execute(request);
    const spans = telemetry.handle.finishedSpans();
    expect(spans.map(({ name }) => name)).toEqual(['chat gpt-4o-mini', 'chat gpt-4o-mini', 'retry ask']);
    const inputs = spans.map(({ attributes }) => attributes['gen_ai.usage.input_tokens']);
    expect(inputs).toEqual([undefined, 10, undefined]);
  });

  it('is the inner call alone where calls are nested, and no call where a cache has answered', async () => {
    await using telemetry = await telemetryForTest();
    const cached = new CachePrimitive(
      modelCall(() => answer),
      { operation: 'ask' },
    );
    const outer = modelCall(cached);
    const repeatable = { ...request, temperature: 0 };
    await outer.execute(repeatable);
    await outer.execute(repeatable);
    const spans = telemetry.handle.finishedSpans();
    expect(spans.map(({ name }) => name)).toEqual([
      ...['chat gpt-4o-mini', 'cache ask', 'model_call ask'],
      ...['cache ask', 'model_call ask'],
    ]);
    const conventions = spans.map(({ attributes }) =>
      Object.keys(attributes).some((name) => name.startsWith('gen_ai.')),
    );
    expect(conventions).toEqual([true, false, false, false, false]);
  });
});
