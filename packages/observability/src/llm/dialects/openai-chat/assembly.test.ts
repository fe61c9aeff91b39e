import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleAnswer, chunksOfAnswer, chunksWithUsage } from '../../assembly.ts';
import { type Answer, collect, Provider } from '../__fixtures__/provider.ts';

const USAGE = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 3, audio_tokens: 0 },
};

const HEAD = {
  id: 'chatcmpl-123',
  created: 1_694_268_190,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp_44709d6fcb',
};

const chunk = (choices: object[], over: object = {}): object => ({
  ...HEAD,
  object: 'chat.completion.chunk',
  choices,
  usage: null,
  obfuscation: 'aB3x',
  ...over,
});

const delta = (part: object, over: object = {}): object =>
  chunk([{ index: 0, delta: part, logprobs: null, finish_reason: null, ...over }]);

const end = (finish_reason: string): object => delta({}, { finish_reason });

const usageChunk = chunk([], { usage: USAGE });

const whole = (choices: object[]): object => ({ ...HEAD, object: 'chat.completion', choices, usage: USAGE });

const choice = (message: object, over: object = {}): object => ({
  index: 0,
  message: { role: 'assistant', content: null, refusal: null, ...message },
  logprobs: null,
  finish_reason: 'stop',
  ...over,
});

const token = (text: string): object => ({ token: text, logprob: -0.1, bytes: [1, 2], top_logprobs: [] });

const weather = (id: string, place: string): object => ({
  id,
  type: 'function',
  function: { name: 'get_weather', arguments: `{"place":"${place}"}` },
});

const cases: Record<string, Answer> = {
  'a text': {
    whole: whole([choice({ content: 'Hello, wörld' })]),
    chunks: [
      delta({ role: 'assistant', content: '', refusal: null }),
      delta({ content: 'Hello' }),
      delta({ content: ', wörld' }),
      end('stop'),
      usageChunk,
    ],
  },
  'a refusal': {
    whole: whole([choice({ refusal: 'I cannot.' })]),
    chunks: [
      delta({ role: 'assistant', content: '', refusal: null }),
      delta({ refusal: 'I ' }),
      delta({ refusal: 'cannot.' }),
      end('stop'),
      usageChunk,
    ],
  },
  'log probabilities': {
    whole: whole([
      choice({ content: 'Hi you' }, { logprobs: { content: [token('Hi'), token(' you')], refusal: null } }),
    ]),
    chunks: [
      delta({ role: 'assistant', content: '', refusal: null }, { logprobs: { content: [], refusal: null } }),
      delta({ content: 'Hi' }, { logprobs: { content: [token('Hi')], refusal: null } }),
      delta({ content: ' you' }, { logprobs: { content: [token(' you')], refusal: null } }),
      end('stop'),
      usageChunk,
    ],
  },
  'calls of tools side by side': {
    whole: whole([
      choice(
        {
          tool_calls: [
            weather('call_1', 'Rome'),
            weather('call_2', 'Oslo'),
            { id: 'call_3', type: 'custom', custom: { name: 'sql', input: 'select 1' } },
          ],
        },
        { finish_reason: 'tool_calls' },
      ),
    ]),
    chunks: [
      delta({
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '' } }],
      }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '{"place":' } }] }),
      delta({
        tool_calls: [{ index: 1, id: 'call_2', type: 'function', function: { name: 'get_weather', arguments: '' } }],
      }),
      delta({ tool_calls: [{ index: 1, function: { arguments: '{"place":"Oslo"}' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }),
      delta({ tool_calls: [{ index: 2, id: 'call_3', type: 'custom', custom: { name: 'sql', input: 'select' } }] }),
      delta({ tool_calls: [{ index: 2, custom: { input: ' 1' } }] }),
      end('tool_calls'),
      usageChunk,
    ],
  },
  'several choices, out of order': {
    whole: whole([choice({ content: 'ab' }), choice({ content: 'cd' }, { index: 1, finish_reason: 'length' })]),
    chunks: [
      delta({ role: 'assistant', content: 'c', refusal: null }, { index: 1 }),
      delta({ role: 'assistant', content: 'a', refusal: null }),
      delta({ content: 'd' }, { index: 1 }),
      delta({ content: 'b' }),
      delta({}, { index: 1, finish_reason: 'length' }),
      end('stop'),
      usageChunk,
    ],
  },
  'annotations, reasoning and sound': {
    whole: whole([
      choice({
        content: 'See there.',
        reasoning_content: 'Let me think.',
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 3 } },
        ],
        audio: { id: 'audio_1', expires_at: 1_700_000_000, data: 'AAECAwQF', transcript: 'See there.' },
      }),
    ]),
    chunks: [
      delta({ role: 'assistant', content: null, reasoning_content: 'Let me ' }),
      delta({ reasoning_content: 'think.' }),
      delta({ content: 'See ' }),
      delta({ content: 'there.' }),
      delta({
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 3 } },
        ],
      }),
      delta({ audio: { id: 'audio_1', transcript: 'See ' } }),
      delta({ audio: { data: 'AAEC', transcript: 'there.' } }),
      delta({ audio: { data: 'AwQF' } }),
      delta({ audio: { expires_at: 1_700_000_000 } }),
      end('stop'),
      usageChunk,
    ],
  },
  'fields of other providers': {
    whole: {
      ...whole([choice({ content: 'Yes.', vendor_note: 'n' }, { native_finish_reason: 'eos' })]),
      citations: ['https://a', 'https://b'],
      provider: 'Somebody',
    },
    chunks: [
      delta({ role: 'assistant', content: 'Yes', refusal: null }, { native_finish_reason: null }),
      delta({ content: '.', vendor_note: 'n' }, { native_finish_reason: null }),
      delta({}, { finish_reason: 'stop', native_finish_reason: 'eos' }),
      usageChunk,
    ].map((part) => ({ ...part, citations: ['https://a', 'https://b'], provider: 'Somebody' })),
  },
};

let provider: Provider;
let openai: OpenAI;

beforeAll(async () => {
  provider = await Provider.start();
  openai = new OpenAI({ apiKey: 'none', baseURL: `${provider.url}/v1`, maxRetries: 0 });
});

afterAll(() => provider.stop());

const REQUEST = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user' as const, content: 'Hi' }],
};

const streamed = async (): Promise<OpenAI.ChatCompletionChunk[]> =>
  collect(await openai.chat.completions.create({ ...REQUEST, stream: true, stream_options: { include_usage: true } }));

describe.each(Object.entries(cases))('a chat completion with %s', (_, answer) => {
  it('as the client streams it assembles to what the client gives whole', async () => {
    provider.answer = answer;
    expect(assembleAnswer(await streamed())).toEqual(await openai.chat.completions.create(REQUEST));
  });

  it('as the client gives it whole is streamed such that it assembles to the same again', async () => {
    provider.answer = answer;
    const completion = await openai.chat.completions.create(REQUEST);
    const chunks = chunksOfAnswer(completion, { includeUsage: true }) ?? [];
    provider.answer = { whole: {}, chunks };
    expect(assembleAnswer(await streamed())).toEqual(completion);
  });
});

describe('the chunks made of a chat completion', () => {
  it.each(['a text', 'a refusal', 'log probabilities'])(
    'of %s are gathered by the client to the same',
    async (name) => {
      provider.answer = cases[name] as Answer;
      const completion = await openai.chat.completions.create(REQUEST);
      provider.answer = { whole: {}, chunks: chunksOfAnswer(completion, { includeUsage: true }) ?? [] };
      const gathered = openai.chat.completions.stream({ ...REQUEST, stream_options: { include_usage: true } });
      expect(await gathered.finalChatCompletion()).toMatchObject(completion);
    },
  );

  it('tell the usage only where it is wanted', () => {
    const { whole: completion } = cases['a text'] as Answer;
    expect(chunksOfAnswer(completion)?.some((part) => 'usage' in part)).toBe(false);
    expect(chunksOfAnswer(completion, { includeUsage: true })?.at(-1)).toMatchObject({ choices: [], usage: USAGE });
  });

  it('are made for an answer that leaves out what is null', () => {
    const lean = { id: 'c', object: 'chat.completion', created: 1, model: 'm', usage: USAGE };
    const chunks = chunksOfAnswer({
      ...lean,
      choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
    });
    expect(chunks).toHaveLength(2);
  });

  it('are not made where the whole could not be told again', () => {
    const { whole: completion } = cases['a text'] as Answer;
    expect(chunksOfAnswer({ ...completion, usage: undefined })).toBeUndefined();
    expect(chunksOfAnswer({ ...completion, choices: [{ message: 'x' }] })).toBeUndefined();
    expect(chunksOfAnswer({ ...completion, obfuscation: 'said in a whole answer' })).toBeUndefined();
  });
});

describe('a chat completion is not assembled', () => {
  const { chunks } = cases['a text'] as Answer;

  it.each<[string, readonly object[]]>([
    ['without its usage', chunks.slice(0, -1)],
    ['without its end', chunks.filter((part) => !JSON.stringify(part).includes('"stop"'))],
    ['from pieces of an unknown text', [...chunks, delta({ vendor_text: 'a' }), delta({ vendor_text: 'a' })]],
    ['from pieces of an unknown list', [...chunks, delta({ details: [1] }), delta({ details: [2] })]],
    ['from chunks that contradict each other', chunks.map((part, index) => ({ ...part, region: `${index}` }))],
    ['from chunks of several answers', [...chunks, { ...usageChunk, id: 'chatcmpl-124' }]],
    ['from a call without an index', [...chunks, delta({ tool_calls: [{ id: 'call_1' }] })]],
    [
      'from sound that cannot be continued',
      [...chunks, delta({ audio: { data: 'AA==' } }), delta({ audio: { data: 'AA==' } })],
    ],
    ['from what is no list', [...chunks, delta({ tool_calls: 'x' })]],
  ])('%s', (_, parts) => {
    expect(assembleAnswer(parts)).toBeUndefined();
  });

  it('when it cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(assembleAnswer([...chunks, proxy])).toBeUndefined();
    expect(chunksOfAnswer(proxy)).toBeUndefined();
  });

  it('into something that changes the prototype of objects', () => {
    const evil = JSON.parse('{"__proto__":{"polluted":1}}') as object;
    const assembled = assembleAnswer([...chunks, delta(evil)]) as { choices: [{ message: object }] };
    expect(Object.getPrototypeOf(assembled.choices[0].message)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('the chunks of a stream for a request', () => {
  const { chunks } = cases['a text'] as Answer;

  it('that does not want the usage lack it', () => {
    const given = chunksWithUsage(chunks, false) as object[];
    expect(given).toHaveLength(chunks.length - 1);
    expect(given.some((part) => 'usage' in part)).toBe(false);
  });

  it('that wants the usage are all of them, if it is told', () => {
    expect(chunksWithUsage(chunks, true)).toEqual(chunks);
    expect(chunksWithUsage(chunks.slice(0, -1), true)).toBeUndefined();
  });

  it('keep a usage that comes with the end of a choice, because a provider that tells it there always does', () => {
    const last = chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], { usage: USAGE });
    expect(chunksWithUsage([last], false)).toEqual([last]);
  });

  it('of another API do not depend on it', () => {
    expect(chunksWithUsage([{ type: 'message_start' }], true)).toEqual([{ type: 'message_start' }]);
  });
});
