import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleAnswer, chunksOfAnswer } from '../../assembly.ts';
import { collect, Provider } from '../__fixtures__/provider.ts';

const USAGE = {
  input_tokens: 36,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 87,
  output_tokens_details: { reasoning_tokens: 10 },
  total_tokens: 123,
};

const response = (output: object[]): object => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_741_476_542,
  status: 'completed',
  completed_at: 1_741_476_550,
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  model: 'gpt-5-2026-01-01',
  output,
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: 'low', summary: null },
  store: true,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
  usage: USAGE,
  user: null,
  metadata: {},
});

const message = (...content: object[]): object => ({
  type: 'message',
  id: 'msg_1',
  status: 'completed',
  role: 'assistant',
  content,
});

const text = (said: string, annotations: object[] = []): object => ({
  type: 'output_text',
  text: said,
  annotations,
  logprobs: [{ token: said, logprob: -0.5, bytes: [1], top_logprobs: [] }],
});

const cases: Record<string, object[]> = {
  'a text in two parts': [message(text('Hello, '), text('wörld'))],
  citations: [
    message(text('See.', [{ type: 'url_citation', url: 'https://a', title: 'A', start_index: 0, end_index: 3 }])),
  ],
  'a refusal': [message({ type: 'refusal', refusal: 'I cannot.' })],
  reasoning: [
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Think.' }], encrypted_content: 'gAAA' },
    message(text('Yes.')),
  ],
  'calls of tools': [
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{"a":1}', status: 'completed' },
    { type: 'custom_tool_call', id: 'ct_1', call_id: 'call_2', name: 'sql', input: 'select 1' },
  ],
  'a search and an item of an unknown kind': [
    { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } },
    { type: 'oracle', id: 'or_1', said: 'maybe' },
    message(text('Found.')),
  ],
};

let provider: Provider;
let openai: OpenAI;

beforeAll(async () => {
  provider = await Provider.start();
  openai = new OpenAI({ apiKey: 'none', baseURL: `${provider.url}/v1`, maxRetries: 0 });
});

afterAll(() => provider.stop());

const REQUEST = { model: 'gpt-5', input: 'Hi' };

describe.each(Object.entries(cases))('a response with %s', (_, output) => {
  it('as the client streams it assembles to what the client gives whole', async () => {
    const whole = response(output);
    const chunks = [
      { type: 'response.created', sequence_number: 0, response: { ...whole, status: 'in_progress', output: [] } },
      { type: 'response.completed', sequence_number: 1, response: whole },
    ];
    provider.answer = { whole, chunks };
    const events = await collect(await openai.responses.create({ ...REQUEST, stream: true }));
    expect(assembleAnswer(events)).toEqual(await openai.responses.create(REQUEST));
  });

  it('as the client gives it whole is streamed such that the client gathers the same', async () => {
    provider.answer = { whole: response(output), chunks: [] };
    const whole = await openai.responses.create(REQUEST);
    provider.answer = { whole: {}, chunks: chunksOfAnswer(whole) ?? [] };
    const events = await collect(await openai.responses.create({ ...REQUEST, stream: true }));
    expect(assembleAnswer(events)).toEqual(whole);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_event, index) => index));
    expect(await openai.responses.stream(REQUEST).finalResponse()).toMatchObject(JSON.parse(JSON.stringify(whole)));
  });
});

describe('the deltas of a response made of a whole', () => {
  const deltasOf = (type: string): string =>
    Object.values(cases)
      .flatMap((output) => chunksOfAnswer(response(output)) ?? [])
      .filter((event) => 'type' in event && event.type === type)
      .map((event) => ('delta' in event ? event.delta : ''))
      .join('');

  it('say every text, refusal, summary and input of a tool', () => {
    expect(deltasOf('response.output_text.delta')).toBe('Hello, wörldSee.Yes.Found.');
    expect(deltasOf('response.refusal.delta')).toBe('I cannot.');
    expect(deltasOf('response.reasoning_summary_text.delta')).toBe('Think.');
    expect(deltasOf('response.function_call_arguments.delta')).toBe('{"a":1}');
    expect(deltasOf('response.custom_tool_call_input.delta')).toBe('select 1');
  });
});

describe('a response is not converted', () => {
  it('from events that lack the last one', () => {
    expect(assembleAnswer([{ type: 'response.created', response: response([]) }])).toBeUndefined();
  });

  it('into events unless it is completed', () => {
    expect(chunksOfAnswer({ ...response([]), status: 'incomplete' })).toBeUndefined();
  });
});
