import { expect, test } from 'vitest';
import { AnswerDraft, finish, say } from './answer-draft.ts';
import type { Dialect } from './dialect.ts';
import { dialectOfRequest, readAnswer, registerDialect, streamReader } from './registry.ts';

const plain: Dialect = {
  name: 'plain_test',
  request: {
    is: (value) => 'ask' in (value as object),
    model: () => 'plain-1',
    form: () => 'unknown',
    withoutEffect: {},
    keepsServerState: () => false,
    asksForJson: () => false,
    person: () => [],
    callerKey: () => undefined,
    prompt: () => ({ text: '', characters: 0, hasTools: false, modalities: new Set(), maxOutputTokens: undefined }),
    lastQuestion: () => undefined,
  },
  answer: {
    is: (value) => typeof (value as { plain?: unknown }).plain === 'string',
    read(value) {
      const draft = new AnswerDraft('plain_test');
      const choice = draft.choice(0);
      say(choice, (value as { plain: string }).plain);
      finish(choice, 'done', { done: 'complete' });
      return draft.close();
    },
  },
  stream: {
    isChunk: (value) => typeof (value as { piece?: unknown } | null)?.piece === 'string',
    reader() {
      const draft = new AnswerDraft('plain_test');
      return {
        add(chunk) {
          const { piece, end } = chunk as { piece?: string; end?: string };
          say(draft.choice(0), piece);
          finish(draft.choice(0), end, { done: 'complete' });
        },
        reading: () => draft.close(),
      };
    },
  },
};

test('a registered dialect is found by its request, its answer and its chunks until it is taken away', () => {
  const unregister = registerDialect(plain);
  expect(dialectOfRequest({ ask: 'hi' })).toBe(plain);
  expect(readAnswer({ plain: 'hello' })).toMatchObject({
    dialect: 'plain_test',
    texts: ['hello'],
    finish: ['complete'],
  });
  expect(readAnswer([{ piece: 'hel' }, { piece: 'lo' }])).toMatchObject({ texts: ['hello'], finish: ['unfinished'] });
  expect(() => registerDialect(plain)).toThrow('a dialect named "plain_test" is registered already');
  for (const none of [undefined, {}]) {
    expect(() => registerDialect(none as never)).toThrow('registerDialect: dialect must be a Dialect, but it is ');
  }
  unregister();
  expect([dialectOfRequest({ ask: 'hi' }), readAnswer({ plain: 'hello' })]).toEqual([undefined, undefined]);
});

test('chunks that come before a stream is recognised are read too', () => {
  const unregister = registerDialect(plain);
  const reader = streamReader();
  for (const chunk of [{ end: 'done' }, { piece: 'hello' }]) reader.add(chunk);
  expect(reader.reading()).toMatchObject({ texts: ['hello'], finish: ['complete'] });
  unregister();
});

test.each<[string, unknown, object]>([
  [
    'an error object',
    { error: { type: 'overloaded_error', message: 'busy' } },
    { failure: { code: 'overloaded_error' } },
  ],
  [
    'an exception of a stream',
    { throttlingException: { message: 'slow down' } },
    { failure: { message: 'slow down' } },
  ],
  ['an error text', { error: 'model not loaded' }, { failure: { message: 'model not loaded' } }],
  ['a reason', { output: 'tru', stop_reason: 'max_tokens' }, { finish: ['unknown'], finishReasons: ['max_tokens'] }],
  ['a call of a tool', { tool_calls: [{ name: 'f' }] }, { hasToolCalls: true }],
  ['a state', { status: 'in_progress' }, { finish: ['unfinished'] }],
])('an answer that no dialect recognises is marked by %s', (_, answer, expected) => {
  expect(readAnswer(answer)).toMatchObject({ dialect: 'unknown', ...expected });
  expect(readAnswer([{ n: 1 }, answer])).toMatchObject({ dialect: 'unknown', ...expected });
});

test('a value without marks is not an answer, and a hostile one neither', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const value of ['text', 1, null, undefined, { name: 'Ada' }, [{ n: 1 }], [], proxy]) {
    expect(readAnswer(value)).toBeUndefined();
  }
});

test.each([
  ['the client of a provider', { request_id: 'r', response: {} }],
  ['a client that keeps the raw response beside it', { rawResponse: { status: 200 } }],
  ['an HTTP client', { status: 200, headers: {}, config: {} }],
])('an answer is found in what %s gives around it', (_, around) => {
  const data = {
    object: 'chat.completion',
    model: 'm',
    choices: [{ message: { content: 'hello' }, finish_reason: 'stop' }],
  };
  expect(readAnswer({ ...around, data })).toMatchObject({ model: 'm', texts: ['hello'], finish: ['complete'] });
});

test.each([
  ['http://localhost:11434/api/chat', {}, 'ollama'],
  ['http://localhost:11434/api/generate?x=1', { messages: undefined, prompt: 'Hi' }, 'ollama'],
  ['https://api.example.com/v1/chat/completions', { options: {}, think: true }, 'openai_chat'],
  ['https://api.example.com/v1/messages', {}, 'anthropic'],
  ['https://api.cohere.com/v2/chat', {}, 'cohere'],
  ['https://api.example.com/elsewhere', { options: {} }, 'ollama'],
])('the address %s counts more than the fields of a request', (url, fields, name) => {
  const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], url, ...fields };
  expect(dialectOfRequest(request)?.name).toBe(name);
});

test('an address alone makes no request', () => {
  expect(dialectOfRequest({ url: 'https://api.example.com/v1/chat/completions' })).toBeUndefined();
});

test.each([
  ['a text to be read out', { model: 'gpt-4o-mini-tts', input: 'Hi', voice: 'alloy' }, 'openai_audio', undefined],
  ['a text to be read out by an older model', { model: 'tts-1', input: 'Hi' }, 'openai_audio', undefined],
  ['a text to be moderated', { model: 'omni-moderation-latest', input: 'Hi' }, 'openai_usage', undefined],
  ['texts to be moderated', { model: 'omni-moderation-latest', input: ['Hi'] }, 'openai_usage', undefined],
  [
    'texts and images to be embedded',
    { model: 'voyage-multimodal-3', inputs: [{ content: [{ type: 'text', text: 'Hi' }] }] },
    'openai_usage',
    'embeddings',
  ],
  ['the start of a conversation', { model: 'mistral-medium-latest', inputs: 'Hi' }, 'mistral_conversations', undefined],
  ['contents to be embedded', { model: 'gemini-embedding-001', contents: ['Hi'] }, 'gemini', 'embeddings'],
  ['contents to be answered', { model: 'gemini-2.5-flash', contents: ['Hi'] }, 'gemini', 'generate_content'],
  [
    'contents to be embedded at Vertex AI',
    { model: 'publishers/google/models/text-embedding-005', contents: ['Hi'] },
    'gemini',
    'embeddings',
  ],
  [
    'contents to be answered by a tuned model',
    { model: 'projects/p/models/embedding-qa', contents: ['Hi'] },
    'gemini',
    'generate_content',
  ],
])('%s is told from requests with the same fields', (_, request, name, operation) => {
  const dialect = dialectOfRequest(request);
  expect(dialect?.name).toBe(name);
  expect(dialect?.request?.operation?.(request)).toBe(operation);
});

test.each([
  ['a tuned model with the name of a moderator', { model: 'ft:gpt-4o-mini:acme:moderation:9x' }],
  ['a tuned model with the name of an embedder', { model: 'ft:gpt-4o-mini:acme:embed-qa:9x' }],
  ['a model whose name ends in tts', { model: 'my-tts-router' }],
  ['a stream of a model with the name of an embedder', { model: 'embed-chat', stream: true }],
  ['an embedder that continues a response', { model: 'text-embedding-3-small', previous_response_id: 'r1' }],
  [
    'a model of speech that continues a response',
    { model: 'gpt-4o-mini-tts', voice: 'alloy', previous_response_id: 'r' },
  ],
  ['a model of speech that takes instructions', { model: 'tts-1', instructions: 'Be brief' }],
])('%s is asked for a response', (_, own) => {
  const request = { input: 'Hi', ...own };
  const dialect = dialectOfRequest(request);
  expect(dialect?.name).toBe('openai_responses');
  expect(dialect?.request?.keepsServerState(request)).toBe('previous_response_id' in own);
});

test('a text is read out by instructions, or as a stream', () => {
  const request = { model: 'gpt-4o-mini-tts', input: 'Hi', voice: 'alloy', instructions: 'Whisper', stream: true };
  expect(dialectOfRequest(request)?.name).toBe('openai_audio');
});

test.each<[string, object, string | undefined]>([
  ['pages that were found', { data: [{ url: 'https://a.test', title: 'A' }] }, undefined],
  ['an image beside a page', { data: [{ url: 'https://a.test' }, { url: 'https://b.test', title: 'B' }] }, undefined],
  ['no items', { data: [] }, undefined],
  ['images', { data: [{ url: 'https://a.test/1.png', mime_type: 'image/png' }] }, 'openai_images'],
  [
    'images with a member of their own that are billed',
    { data: [{ url: 'https://a.test/1.png', seed: 1 }], usage: { cost_in_usd_ticks: 2e8 } },
    'openai_images',
  ],
])('%s without a date are read by their members', (_, answer, name) => {
  expect(readAnswer(answer)?.dialect).toBe(name);
});
