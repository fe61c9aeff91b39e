import { OpenTelemetry } from '@ai-sdk/otel';
import { expect, it } from 'vitest';
import { telemetryForTest } from '../../apm/__fixtures__/telemetry-for-test.ts';
import { ttaMiddleware } from './index.ts';

/** As it is at run time: the types that tests compile against know no telemetry of the SDK. */
const SDK: string = 'ai';
const { generateText, wrapLanguageModel } = (await import(SDK)) as {
  generateText(options: object): Promise<{ readonly text: string }>;
  wrapLanguageModel(options: object): unknown;
};

const model = {
  ...{ specificationVersion: 'v4', provider: 'openai.chat', modelId: 'gpt-4o-mini', supportedUrls: {} },
  doGenerate: async () => ({
    content: [{ type: 'text', text: 'hi' }],
    finishReason: { unified: 'stop', raw: 'stop' },
    usage: {
      inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 2, text: 2, reasoning: 0 },
    },
    warnings: [],
  }),
};

it('states the tokens of a call once when the SDK traces it too, and adds what it cost', async () => {
  await using telemetry = await telemetryForTest();
  const integration = new OpenTelemetry({ tracer: telemetry.observability.tracer('gen_ai') });
  const middleware = ttaMiddleware({ timeout: { timeoutMs: 60_000 } });
  const { text } = await generateText({
    model: wrapLanguageModel({ model, middleware }),
    prompt: 'hello',
    telemetry: { integrations: [integration] },
  });
  expect(text).toBe('hi');
  const spans = telemetry.handle.finishedSpans();
  const calls = spans.filter(
    ({ name, attributes }) => name.startsWith('chat ') && attributes['gen_ai.usage.input_tokens'] === 10,
  );
  expect(calls).toHaveLength(1);
  const ours = spans.find(({ attributes }) => attributes['tta.kind'] === 'model_call');
  expect(ours?.attributes).toMatchObject({ 'tta.llm.usage.input_tokens': 10, 'tta.llm.request.model': 'gpt-4o-mini' });
  expect(ours?.attributes['tta.llm.cost_usd']).toBeGreaterThan(0);
  expect(Object.keys(ours?.attributes ?? {}).filter((name) => name.startsWith('gen_ai.'))).toEqual([]);
});
