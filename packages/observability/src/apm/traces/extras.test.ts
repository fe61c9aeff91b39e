import { convertGenAISpanAttributesToOpenInferenceSpanAttributes } from '@arizeai/openinference-genai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { step, WorkflowContext, workflow } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { modelCall } from '../../llm/call/model-call.ts';
import { CachePrimitive } from '../../primitives/index.ts';
import { otlpReceiver, type ReceivedSpan } from '../__fixtures__/otlp-receiver.ts';
import { telemetryForTest } from '../__fixtures__/telemetry-for-test.ts';
import type { TracesOptions } from './options.ts';

const request = {
  ...{ model: 'gpt-4o-mini', stream: true, temperature: 0.5 },
  messages: [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'canary-question' },
  ],
};

async function* answer() {
  const head = { id: 'c1', object: 'chat.completion.chunk', model: 'gpt-4o-mini-2024-07-18' };
  yield { ...head, choices: [{ index: 0, delta: { content: 'canary-' } }] };
  yield { ...head, choices: [{ index: 0, delta: { content: 'answer' }, finish_reason: 'stop' }] };
  const details = { prompt_tokens_details: { cached_tokens: 4 }, completion_tokens_details: { reasoning_tokens: 1 } };
  yield { ...head, choices: [], usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12, ...details } };
}

const context = new WorkflowContext({
  ...{ sessionId: 's1', userId: 'u1', tags: { team: 'search' }, metadata: { tier: 'gold' } },
});

async function run(): Promise<void> {
  const cached = new CachePrimitive(modelCall(answer, { provider: 'openai' }), { operation: 'ask' });
  for await (const _ of await workflow('support', cached).execute(request, context));
}

async function sent(
  traces: TracesOptions,
  work = run,
): Promise<{ spans: readonly ReceivedSpan[]; text: string; page: string }> {
  await using receiver = await otlpReceiver();
  await using telemetry = await telemetryForTest({ otlp: receiver.endpoint, traces });
  expect(telemetry.handle.problems).toEqual([]);
  await work();
  expect(await telemetry.handle.flush(30_000)).toBe(true);
  return { spans: receiver.spans, text: receiver.text, page: await telemetry.handle.metricsText() };
}

const named = (spans: readonly ReceivedSpan[], name: string) =>
  spans.find((span) => span.name === name)?.attributes ?? {};

describe('extras', () => {
  it('are not there unless they are asked for', async () => {
    const { spans, page } = await sent({});
    const names = spans.flatMap(({ attributes }) => Object.keys(attributes));
    expect(names.filter((name) => /^(langfuse|openinference|llm)\.|^gen_ai\.(system$|usage\.cost)/.test(name))).toEqual(
      [],
    );
    expect(page).not.toContain('gen_ai_client_operation_duration');
  });

  it('tell Langfuse the type of every span, whose work it is, and the cost and the begin of an answer', async () => {
    const { spans } = await sent({ extras: ['langfuse'] });
    const types = spans.map(({ name, attributes }) => [name, attributes['langfuse.observation.type']]);
    expect(types).toEqual([
      ['chat gpt-4o-mini', 'generation'],
      ['cache ask', 'span'],
      ['invoke_workflow support', 'chain'],
    ]);
    for (const { attributes } of spans) {
      expect(attributes).toMatchObject({
        'session.id': 's1',
        'user.id': 'u1',
        'langfuse.trace.tags': ['team:search'],
        'langfuse.observation.metadata.tier': 'gold',
      });
    }
    const call = named(spans, 'chat gpt-4o-mini');
    expect(call['gen_ai.usage.cost']).toBe(call['tta.llm.cost_usd']);
    expect(call['langfuse.observation.completion_start_time']).toMatch(/^20\d\d-.*Z$/);
    expect(named(spans, 'invoke_workflow support')['langfuse.trace.name']).toBe('support');
  });

  it('leave an unknown cost out, because Langfuse takes 0 for free', async () => {
    const unknown = modelCall(() => ({ choices: [{ index: 0, message: { content: 'hi' }, finish_reason: 'stop' }] }));
    const { spans } = await sent(
      { extras: ['langfuse', 'openinference'] },
      async () => void (await unknown.execute({})),
    );
    expect(spans[0]?.attributes).not.toHaveProperty('gen_ai.usage.cost');
    expect(spans[0]?.attributes).not.toHaveProperty('llm.cost.total');
  });

  it('reach Langfuse through its own processor', async () => {
    await using receiver = await otlpReceiver();
    const langfuse = new LangfuseSpanProcessor({
      ...{ publicKey: 'pk', secretKey: 'sk', baseUrl: receiver.endpoint },
      shouldExportSpan: () => true,
    });
    const traces: TracesOptions = { extras: ['langfuse'], spanProcessors: [langfuse] };
    await using telemetry = await telemetryForTest({ traces });
    await run();
    await telemetry.handle.flush(30_000);
    const exported = JSON.parse(receiver.text) as {
      resourceSpans: { scopeSpans: { spans: { name: string; attributes: { key: string; value: object }[] }[] }[] }[];
    };
    const spans = exported.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    expect(spans.map(({ name }) => name)).toEqual(['chat gpt-4o-mini', 'cache ask', 'invoke_workflow support']);
    const type = spans[0]?.attributes.find(({ key }) => key === 'langfuse.observation.type');
    expect(type?.value).toEqual({ stringValue: 'generation' });
  });

  it('give Phoenix what its converter does not make of the conventions', async () => {
    const { spans } = await sent({ extras: ['openinference'] });
    const call = named(spans, 'chat gpt-4o-mini');
    const converted = convertGenAISpanAttributesToOpenInferenceSpanAttributes({ ...call } as never);
    expect({ ...converted, ...call }).toMatchObject({
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-mini-2024-07-18',
      'llm.provider': 'openai',
      'llm.token_count.prompt': 10,
      'llm.token_count.completion': 2,
      'llm.token_count.total': 12,
      'llm.token_count.prompt_details.cache_read': 4,
      'llm.token_count.completion_details.reasoning': 1,
      'llm.cost.total': call['tta.llm.cost_usd'],
      'llm.invocation_parameters': '{"temperature":0.5}',
      'session.id': 's1',
      'user.id': 'u1',
      'tag.tags': ['team:search'],
      metadata: '{"tier":"gold"}',
    });
    for (const name of [
      'llm.token_count.prompt',
      'llm.token_count.completion',
      'llm.model_name',
      'llm.provider',
    ] as const) {
      expect((converted as Record<string, unknown>)[name]).toBe(call[name]); // both say the same
    }
    const kinds = spans.map(({ attributes }) => attributes['openinference.span.kind']);
    expect(kinds).toEqual(['LLM', 'CHAIN', 'CHAIN']);
  });

  it('bring back the older names, in metrics too, and never both names of written tokens', async () => {
    const usage = { input_tokens: 5, output_tokens: 2, cache_creation_input_tokens: 3, cache_read_input_tokens: 0 };
    const message = {
      ...{ id: 'm1', type: 'message', role: 'assistant', model: 'claude-haiku-4-5', stop_reason: 'end_turn' },
      ...{ content: [{ type: 'text', text: 'hi' }], usage },
    };
    const ask = modelCall(() => message, { provider: 'anthropic' });
    const asked = { model: 'claude-haiku-4-5', max_tokens: 5, messages: [{ role: 'user', content: 'hello' }] };
    const { spans, page } = await sent({ extras: ['legacy'] }, async () => void (await ask.execute(asked)));
    expect(spans[0]?.attributes).toMatchObject({
      'gen_ai.system': 'anthropic',
      'gen_ai.usage.cache_creation.input_tokens': 3,
    });
    expect(spans[0]?.attributes).not.toHaveProperty('gen_ai.usage.cache_write.input_tokens');
    const call = 'gen_ai_operation_name="chat",gen_ai_system="anthropic",gen_ai_request_model="claude-haiku-4-5"';
    expect(page).toContain(`gen_ai_client_operation_duration_count{${call}} 1`);
    expect(page).toContain(`gen_ai_client_token_usage_sum{${call},gen_ai_token_type="input"} 8`);
  });
});

describe('prompts and answers', () => {
  it('are in no span and no metric unless that is asked for', async () => {
    const { text, page } = await sent({ extras: ['langfuse', 'openinference', 'legacy'] }, async () => {
      await run();
      const broken = step('broken', () => Promise.reject(new Error('canary-error')));
      await broken.execute(undefined).catch(() => {});
      const failing = modelCall(() => Promise.reject(Object.assign(new Error('canary-refusal'), { status: 400 })));
      await failing.execute(request).catch(() => {});
    });
    expect(text).toContain('chat gpt-4o-mini');
    expect(text + page).not.toContain('canary');
  });

  it('are on the span of the call, in the form of the conventions', async () => {
    const { spans } = await sent({ captureContent: true });
    const { attributes } = spans[0] as ReceivedSpan;
    const parsed = (name: string): unknown => JSON.parse(String(attributes[name]));
    expect(parsed('gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'be brief' }]);
    expect(parsed('gen_ai.input.messages')).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'canary-question' }] },
    ]);
    expect(parsed('gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'canary-answer' }] },
    ]);
    const others = spans.slice(1).flatMap((span) => Object.keys(span.attributes));
    expect(others.filter((name) => name.includes('messages'))).toEqual([]);
  });

  it('have the calls of tools of a stream', async () => {
    async function* calling() {
      const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini' };
      const part = (call: object) => ({
        index: 0,
        delta: { tool_calls: [{ index: 0, ...call }] },
        finish_reason: null,
      });
      yield {
        ...head,
        choices: [part({ id: 't1', type: 'function', function: { name: 'weather', arguments: '{"city":' } })],
      };
      yield { ...head, choices: [part({ function: { arguments: '"Oslo"}' } })] };
      yield { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] };
      yield { ...head, choices: [], usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 } };
    }
    const work = async () => {
      for await (const _ of await modelCall(calling).execute(request));
    };
    const { spans } = await sent({ captureContent: true }, work);
    expect(JSON.parse(String(spans[0]?.attributes['gen_ai.output.messages']))).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 't1', name: 'weather', arguments: '{"city":"Oslo"}' }],
      },
    ]);
  });

  it('are captured when the usual variable says so', async () => {
    const env = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' };
    await using telemetry = await telemetryForTest({}, env);
    await run();
    expect(telemetry.handle.finishedSpans()[0]?.attributes['gen_ai.input.messages']).toContain('canary-question');
  });

  it('are what the hook makes of them, and nothing when it says so or fails', async () => {
    const masked = await sent({
      captureContent: {
        redact: ({ inputMessages, ...others }) => ({
          ...others,
          inputMessages: inputMessages.map(({ role }) => ({ role, parts: [{ type: 'text', content: '***' }] })),
          outputMessages: [],
        }),
      },
    });
    expect(masked.spans[0]?.attributes['gen_ai.input.messages']).toContain('***');
    expect(masked.text).not.toContain('canary');
    const nothing = await sent({ captureContent: { redact: () => null } });
    expect(nothing.text).not.toContain('canary');
    const failing = await sent({
      captureContent: {
        redact: () => {
          throw new Error('no');
        },
      },
    });
    expect(failing.text).not.toContain('canary');
    expect(failing.page).toContain('telemetry_errors_total 1');
  });

  it('are cut when they are very long, and stay JSON', async () => {
    const long = 'x'.repeat(100_000);
    const messages = Array.from({ length: 10 }, (_, n) => ({ role: 'user', content: `${n} ${long}` }));
    const ask = modelCall(() => ({ choices: [{ index: 0, message: { content: 'hi' }, finish_reason: 'stop' }] }));
    const work = async () => void (await ask.execute({ model: 'gpt-4o-mini', messages }));
    const { spans } = await sent({ captureContent: true }, work);
    const captured = JSON.parse(String(spans[0]?.attributes['gen_ai.input.messages'])) as {
      parts: { content: string }[];
    }[];
    expect(captured.length).toBeLessThan(10);
    expect(captured.at(-1)?.parts[0]?.content).toMatch(/^9 x+…$/);
  });
});
