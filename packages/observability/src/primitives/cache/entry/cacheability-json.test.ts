import { describe, expect, it, vi } from 'vitest';
import { chatAnswer, chatChunk, REQUEST } from '../__fixtures__/chat.ts';
import { judge } from './cacheability.ts';

const schema = { type: 'object' };

const text = (said: string): object[] => [{ type: 'text', text: said }];

/** For each API a request for JSON, and an answer that says a text. */
const apis: Record<string, [object, (said: string) => unknown]> = {
  'chat completions with a schema': [
    { ...REQUEST, response_format: { type: 'json_schema', json_schema: { name: 's', schema } } },
    (said) => chatAnswer(said),
  ],
  'chat completions with any JSON': [
    { ...REQUEST, response_format: { type: 'json_object' } },
    (said) => chatAnswer(said),
  ],
  'the Responses API': [
    { model: 'm', input: 'a', text: { format: { type: 'json_schema', name: 's', schema } } },
    (said) => ({
      object: 'response',
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'output_text', text: said }] }],
    }),
  ],
  'Anthropic, as its beta': [
    { ...REQUEST, output_format: { type: 'json_schema', schema } },
    (said) => ({ type: 'message', content: text(said), stop_reason: 'end_turn' }),
  ],
  Anthropic: [
    { ...REQUEST, output_config: { format: { type: 'json_schema', schema } } },
    (said) => ({ type: 'message', content: text(said), stop_reason: 'end_turn' }),
  ],
  Gemini: [
    { model: 'm', contents: 'a', config: { responseMimeType: 'application/json' } },
    (said) => ({ candidates: [{ content: { parts: [{ text: said }] }, finishReason: 'STOP' }] }),
  ],
  'Gemini, as its REST API': [
    { contents: [], generationConfig: { responseSchema: schema } },
    (said) => ({ candidates: [{ content: { parts: [{ text: said }] }, finishReason: 'STOP' }] }),
  ],
  'the AI SDK': [
    { prompt: [{ role: 'user', content: [] }], responseFormat: { type: 'json', schema } },
    (said) => ({ content: text(said), finishReason: 'stop' }),
  ],
};

describe.each(Object.entries(apis))('N08 an answer of %s', (_, [request, answer]) => {
  it('is stored if it is the JSON that was asked for', () => {
    expect(judge(request, answer('{"total": 3}'), false).objection).toBeUndefined();
  });

  it('is not stored if it is not', () => {
    expect(judge(request, answer('{"total": 3'), false).objection).toBe('invalid');
    expect(judge(request, answer('Here it is: {}'), false).objection).toBe('invalid');
  });

  it('is stored whatever it says if no JSON was asked for', () => {
    expect(judge(REQUEST, answer('Here it is'), false).objection).toBeUndefined();
  });

  it('is shown to the check of the application as the value it means', () => {
    const validate = vi.fn((value: unknown) => (value as { total: number }).total === 3);
    expect(judge(request, answer('{"total": 3}'), false, { validate }).objection).toBeUndefined();
    expect(judge(request, answer('{"total": 4}'), false, { validate }).objection).toBe('invalid');
    expect(validate).toHaveBeenCalledWith({ total: 3 }, request);
  });
});

describe('N08 the check of structured output', () => {
  const request = { ...REQUEST, response_format: { type: 'json_object' } };

  it('sees the whole text of a stream', () => {
    const chunks = [chatChunk({ content: '{"a"' }), chatChunk({ content: ':1}' }), chatChunk({}, 'stop')];
    expect(judge(request, chunks, true).objection).toBeUndefined();
    expect(judge(request, [chunks[0], chunks[2]], true).objection).toBe('invalid');
  });

  it('sees every choice', () => {
    const choices = ['{}', 'no'].map((said, index) => ({ ...chatAnswer(said).choices[0], index }));
    expect(judge(request, { ...chatAnswer(''), choices }, false).objection).toBe('invalid');
  });

  it('leaves refusals and calls of tools alone, which are no JSON and do not mean to be', () => {
    expect(judge(request, chatAnswer(null, {}, { refusal: 'I cannot.' }), false).objection).toBeUndefined();
    const call = chatAnswer(null, { finish_reason: 'tool_calls' }, { tool_calls: [{ id: 't' }] });
    expect(judge(request, call, false, { cacheToolCalls: true }).objection).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('not a total');
      },
    ],
    ['gives a promise', async () => true],
    ['gives a result in place of a verdict', () => ({ success: false })],
    ['gives a promise that fails', async () => Promise.reject(new Error('late'))],
  ])('takes a check of the application that %s for a no', (_, validate) => {
    expect(judge(REQUEST, chatAnswer('yes'), false, { validate: validate as () => boolean }).objection).toBe('invalid');
  });

  it('shows the application what is no answer of a model as it is', () => {
    expect(
      judge('a', { total: 3 }, false, { validate: (value) => (value as { total: number }).total === 3 }).objection,
    ).toBeUndefined();
    expect(judge('a', { total: 3 }, false, { validate: () => false }).objection).toBe('invalid');
  });
});
