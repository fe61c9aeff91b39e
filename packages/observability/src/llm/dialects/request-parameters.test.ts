import { expect, test } from 'vitest';
import { dialectOfRequest } from './registry.ts';
import { readParameters } from './request-parameters.ts';

const messages = [{ role: 'user', content: 'hello' }];

const requests: readonly [string, object, object][] = [
  [
    'a chat completion',
    {
      ...{ model: 'gpt-4o', messages, temperature: 0.2, top_p: 0.9, max_completion_tokens: 50, n: 2, seed: 7 },
      ...{ stop: 'END', frequency_penalty: 0.5, presence_penalty: -0.5, reasoning_effort: 'High' },
    },
    {
      ...{ temperature: 0.2, topP: 0.9, maxTokens: 50, choices: 2, seed: 7, stopSequences: ['END'] },
      ...{ frequencyPenalty: 0.5, presencePenalty: -0.5, reasoningLevel: 'high' },
    },
  ],
  [
    'a response',
    { model: 'gpt-5', input: 'hello', max_output_tokens: 9, reasoning: { effort: 'low' } },
    { maxTokens: 9, reasoningLevel: 'low' },
  ],
  [
    'a message',
    { model: 'claude-sonnet-4-5', system: 'be brief', messages, max_tokens: 10, top_k: 5, stop_sequences: ['a', 'b'] },
    { maxTokens: 10, topK: 5, stopSequences: ['a', 'b'] },
  ],
  [
    'a request to Gemini',
    {
      model: 'gemini-2.5-flash',
      contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
      config: { temperature: 1, maxOutputTokens: 8, candidateCount: 1, thinkingConfig: { thinkingLevel: 'LOW' } },
    },
    { temperature: 1, maxTokens: 8, choices: 1, reasoningLevel: 'low' },
  ],
  [
    'a request of Converse',
    {
      modelId: 'm',
      messages: [{ role: 'user', content: [{ text: 'hi' }] }],
      inferenceConfig: { topP: 0.1, maxTokens: 3 },
    },
    { topP: 0.1, maxTokens: 3 },
  ],
  [
    'a request to Ollama',
    { model: 'llama3', messages, keep_alive: 1, options: { num_predict: 4, temperature: 0 } },
    { maxTokens: 4, temperature: 0 },
  ],
  [
    'embeddings',
    { model: 'text-embedding-3-small', input: ['a'], dimensions: 256, encoding_format: 'base64' },
    { dimensions: 256, encodingFormats: ['base64'] },
  ],
];

test.each(requests)('the parameters of %s', (_, request, parameters) => {
  const requestDialect = dialectOfRequest(request)?.request;
  expect(requestDialect?.parameters?.(request)).toEqual(parameters);
});

test('values of another type are left out, and getters are not run', () => {
  const request = {
    temperature: 'hot',
    max_tokens: -1,
    n: 1.5,
    seed: null,
    stop: [1],
    reasoning_effort: 'x'.repeat(100),
  };
  Object.defineProperty(request, 'topP', { enumerable: true, get: () => expect.unreachable() });
  expect(readParameters(request)).toEqual({});
});

test('fields of a prompt are not parameters', () => {
  expect(readParameters({ messages: [{ role: 'user', content: '', temperature: 1 }], metadata: { top_p: 1 } })).toEqual(
    {},
  );
});
