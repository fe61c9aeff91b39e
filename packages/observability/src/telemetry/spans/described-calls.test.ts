import Anthropic from '@anthropic-ai/sdk';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { type TelemetryForTest, telemetryForTest } from '../../apm/__fixtures__/telemetry-for-test.ts';
import { modelCall } from '../../llm/call/model-call.ts';
import { TimeoutPrimitive } from '../../primitives/index.ts';

const message = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', stop_reason: 'end_turn' },
  content: [{ type: 'text', text: 'hi' }],
  usage: { input_tokens: 10, output_tokens: 2 },
};

const request = { model: 'claude-sonnet-4-5', max_tokens: 10, messages: [{ role: 'user' as const, content: 'hello' }] };

/** Which spans hold the input tokens of a call under the name of the conventions. */
function counted({ handle }: TelemetryForTest): readonly string[] {
  return handle
    .finishedSpans()
    .filter(({ attributes }) => attributes['gen_ai.usage.input_tokens'] !== undefined)
    .map(({ name }) => name);
}

it('leaves the call to the span that the SDK of Anthropic makes inside it, and keeps the cost', async () => {
  await using telemetry = await telemetryForTest();
  const client = new Anthropic({
    apiKey: 'k',
    maxRetries: 0,
    fetch: async () => Response.json(message),
  });
  const ask = modelCall(() => client.messages.create(request), { provider: 'anthropic' });
  await ask.execute(request);
  const spans = telemetry.handle.finishedSpans();
  expect(counted(telemetry)).toEqual(['anthropic.messages.create']);
  expect(spans.at(-1)).toMatchObject({
    name: 'model_call step',
    attributes: { 'tta.llm.usage.input_tokens': 10, 'tta.llm.request.model': 'claude-sonnet-4-5' },
  });
  expect(spans.at(-1)?.attributes['tta.llm.cost_usd']).toBeGreaterThan(0);
});

it('leaves the call to the span around it that describes it already', async () => {
  await using telemetry = await telemetryForTest();
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 10 };
  const tracer = telemetry.observability.tracer('ai');
  const outer = tracer.startSpan('chat claude', { kind: SpanKind.CLIENT, attributes });
  const bounded = new TimeoutPrimitive(
    modelCall(() => message, { provider: 'anthropic' }),
    { timeoutMs: 60_000 },
  );
  await context.with(trace.setSpan(context.active(), outer), () => bounded.execute(request));
  outer.end();
  expect(counted(telemetry)).toEqual(['chat claude']);
});

it('describes the call itself where the spans around and inside are of other things', async () => {
  await using telemetry = await telemetryForTest();
  const tracer = telemetry.observability.tracer('http');
  const outer = tracer.startSpan('POST /chat', { kind: SpanKind.SERVER });
  const ask = modelCall(() => {
    tracer.startSpan('POST', { kind: SpanKind.CLIENT }).end();
    return message;
  });
  await context.with(trace.setSpan(context.active(), outer), () => ask.execute(request));
  expect(counted(telemetry)).toEqual(['chat claude-sonnet-4-5']);
});
