import { describe, expect, it } from 'vitest';
import { state } from '../apm/__fixtures__/stating-primitive.ts';
import { linesOf, telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';
import { modelCall } from '../llm/call/model-call.ts';

describe('the metrics of model calls', () => {
  it('measures calls of embedding models under their own names', async () => {
    await using telemetry = await telemetryForTest();
    await state('call', (note) => {
      note('llm.operation', 'embeddings');
      note('llm.provider', 'openai');
      note('llm.model', 'e');
      note('llm.usage', { inputTokens: 8, outputTokens: 0 });
      note('llm.outcome', 'answered');
    });
    const page = await telemetry.handle.metricsText();
    const call = 'gen_ai_operation_name="embeddings",gen_ai_provider_name="openai",gen_ai_request_model="e"';
    expect(Object.fromEntries(linesOf(page))).toMatchObject({
      [`gen_ai_client_embeddings_duration_count{${call}}`]: 1,
      [`gen_ai_client_embeddings_operation_input_tokens_sum{${call}}`]: 8,
    });
    expect(page).not.toMatch(/^gen_ai_client_inference_(?:duration|operation)/m);
  });

  it('has no series of tokens for a call that failed before it used any', async () => {
    await using telemetry = await telemetryForTest();
    const failing = modelCall((): never => {
      throw new TypeError('fetch failed');
    });
    await failing.execute({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }).catch(() => {});
    const page = await telemetry.handle.metricsText();
    expect(page).toMatch(/^llm_calls_total\{.*outcome="failed"\} 1$/m);
    expect(page).toMatch(/^gen_ai_client_inference_duration_count\{.*error_type="\w+"\} 1$/m);
    expect(page).not.toMatch(/^gen_ai_client_inference_(?:usage|operation)/m);
  });
});
