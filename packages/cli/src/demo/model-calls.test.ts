import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { completionOf, usageChunkOf } from '../provider/completion.ts';
import { readAnswer } from './answer.ts';
import { ModelCalls } from './model-calls.ts';
import { chatRequest } from './request.ts';

const size = { inputTokens: 10, outputTokens: 20 };
const identity = { id: '1', created: 0, model: 'small' };
const request = chatRequest('hello', false);

/** A dollar per output token of the large model, ten cents per one of the small model. */
function callsOf(): ModelCalls {
  return new ModelCalls(['small', 'large'], (model, { outputTokens }) =>
    model === 'large' ? outputTokens : outputTokens / 10,
  );
}

const whole = async (): Promise<ChatCompletion> => completionOf(identity, 'hi', size);

async function* chunks(ending?: Error): AsyncGenerator<ChatCompletionChunk, void, undefined> {
  yield usageChunkOf(identity, size);
  if (ending !== undefined) throw ending;
}

describe('calls of models', () => {
  it('are counted and paid by model, whole and streamed, and added up for the request that they were made for', async () => {
    const calls = callsOf();
    const context = new WorkflowContext();
    await calls.counted('small', whole)(request, context);
    const stream = await calls.counted('large', async () => chunks())(request, context);
    expect(calls.counts['large']).toMatchObject({ requests: 1, costUsd: 0, p50Ms: null });
    await readAnswer(stream);
    expect(calls.counts).toMatchObject({ small: { requests: 1, costUsd: 2 }, large: { requests: 1, costUsd: 20 } });
    expect(calls.counts['large']?.p95Ms).toBeGreaterThanOrEqual(0);
    expect(calls.usdFor('hello')).toBe(22);
    expect(calls.usdFor('another prompt')).toBeUndefined();
  });

  it('for a prompt that is asked again count for the newest answer alone', async () => {
    const calls = callsOf();
    for (let time = 0; time < 2; time += 1) await calls.counted('small', whole)(request, new WorkflowContext());
    expect(calls.usdFor('hello')).toBe(2);
    expect(calls.counts['small']).toMatchObject({ requests: 2, costUsd: 4 });
  });

  it('that fail, at once or within a stream, are errors and cost nothing', async () => {
    const calls = callsOf();
    const failure = new Error('no answer');
    await expect(calls.counted('small', () => Promise.reject(failure))(request, new WorkflowContext())).rejects.toBe(
      failure,
    );
    const stream = await calls.counted('small', async () => chunks(failure))(request, new WorkflowContext());
    await expect(readAnswer(stream)).rejects.toBe(failure);
    expect(calls.counts['small']).toMatchObject({ requests: 2, errors: 2, costUsd: 0, p50Ms: null });
  });

  it('that their caller gives up are no errors', async () => {
    const calls = callsOf();
    const left = AbortSignal.abort(new Error('left'));
    const context = new WorkflowContext({ signal: left });
    await expect(calls.counted('small', () => Promise.reject(left.reason))(request, context)).rejects.toBe(left.reason);
    expect(calls.counts['small']).toMatchObject({ requests: 1, errors: 0 });
  });
});
