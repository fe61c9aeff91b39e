import { describe, expect, it } from 'vitest';
import { OPENAI_CHAT } from './openai-chat/openai-chat.ts';
import { readAnswer } from './registry.ts';

describe('an answer in a format that is not known', () => {
  it.each([
    ['of a list of outputs', { outputs: [{ generated: 'Ro', stop_reason: 'length' }] }, 'length'],
    ['beside its text', { content: 'Ro', stop: true, stop_type: 'limit' }, 'limit'],
    ['of completions', { completions: [{ data: { text: 'Ro' }, finish_reason: 'max_tokens' }] }, 'max_tokens'],
    ['of choices within an output', { output: { choices: [{ finish_reason: 'length' }] } }, 'length'],
  ])('tells why it ended in its parts: %s', (_, answer, reason) => {
    expect(readAnswer(answer)).toMatchObject({ dialect: 'unknown', finish: ['unknown'], finishReasons: [reason] });
  });

  it('tells of calls of tools in its parts', () => {
    const answer = { output: { message: { tool_calls: [{ name: 'f' }] } } };
    expect(readAnswer(answer)).toMatchObject({ hasToolCalls: true, finish: ['unknown'] });
  });

  it.each(['starting', 'processing', 'canceled', 'queued'])('is unfinished while it is %s', (status) => {
    expect(readAnswer({ id: 'p', status, output: ['Ro'] })?.finish).toEqual(['unfinished']);
  });
});

describe('an error object without an envelope', () => {
  it.each<[string, object, object]>([
    [
      'with a word',
      { message: 'slow down', type: 'rate_limit_error' },
      { code: 'rate_limit_error', message: 'slow down' },
    ],
    ['with a status', { message: 'no', status: 503 }, { message: 'no', status: 503 }],
    ['with a status that is a code', { code: 500, msg: 'no', success: false }, { message: 'no', status: 500 }],
    ['with a number of its own', { error_code: 336501, error_msg: 'too fast', id: 'x' }, { message: 'too fast' }],
  ])('is a failure %s', (_, error, failure) => {
    expect(readAnswer(error)?.failure).toMatchObject({ error, ...failure });
  });

  it.each<[string, object]>([
    ['a message and an id', { id: 'c1', message: 'out of order' }],
    ['a detail', { detail: 'Not authenticated' }],
    ['a message beside success: false', { success: false, message: 'no credit' }],
    ['a message of AWS', { Message: 'User is not authorized' }],
    ['a message of AWS with its type', { __type: 'SomeException', message: 'no' }],
    ['a fault of a gateway', { fault: { faultstring: 'Rate limit quota violation', detail: {} } }],
    ['a list of details', { detail: [{ loc: ['body'], msg: 'field required' }] }],
  ])('that has no known word is one only where a request to a model got it: %s', (_, error) => {
    expect(readAnswer(error)).toBeUndefined();
    expect(readAnswer(error, OPENAI_CHAT)?.failure).toMatchObject({ error });
  });

  it('is not seen in an answer that has more to say', () => {
    const record = { message: 'Hello', type: 'overloaded_error', city: 'Rome' };
    expect(readAnswer(record, OPENAI_CHAT)).toBeUndefined();
    expect(readAnswer({ message: 'Hello' })).toBeUndefined();
  });
});

describe('a stream that only announces itself', () => {
  it('is unfinished, until it says anything else', () => {
    expect(readAnswer([{ type: 'start' }])?.finish).toEqual(['unfinished']);
    expect(readAnswer([{ type: 'start' }, { city: 'Rome' }])).toBeUndefined();
    expect(readAnswer([{ city: 'Rome' }, { type: 'start' }])).toBeUndefined();
    expect(readAnswer([])).toBeUndefined();
  });
});

describe('what an HTTP client answers', () => {
  it.each(['data', 'body'])('holds the answer as `%s`, beside its headers', (name) => {
    const answer = {
      object: 'list',
      model: 'text-embedding-3-small',
      data: [],
      usage: { prompt_tokens: 9, total_tokens: 9 },
    };
    expect(readAnswer({ headers: {}, [name]: answer })?.usage).toEqual({ inputTokens: 9, outputTokens: 0 });
    expect(readAnswer({ [name]: answer })).toBeUndefined();
  });
});
