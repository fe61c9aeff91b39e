import { describe, expect, it } from 'vitest';
import { CHUNKS, chatAnswer } from '../__fixtures__/chat.ts';
import { type FormedAnswer, inForm } from './answer-codec.ts';

const whole: FormedAnswer = { form: 'value', answer: chatAnswer('A monoid of endofunctors.') };
const stream: FormedAnswer = { form: 'iterable', answer: CHUNKS };
const withoutUsage: FormedAnswer = { form: 'iterable', answer: CHUNKS.slice(0, -1) };
const gemini: FormedAnswer = {
  form: 'value',
  answer: {
    candidates: [{ content: { parts: [{ text: 'a' }], role: 'model' }, finishReason: 'STOP' }],
    usageMetadata: {},
  },
};

describe('a stored answer', () => {
  it.each(['whole', 'stream', 'stream_with_usage', 'unknown'] as const)(
    'is itself for a request like the one it answered: %s',
    (form) => {
      expect(inForm(form, form, stream)).toBe(stream);
      expect(inForm(form, form, whole)).toBe(whole);
    },
  );

  it('stored as a stream is whole for a request that wants it so', () => {
    expect(inForm('whole', 'stream_with_usage', stream)).toMatchObject(whole);
  });

  it('stored whole is a stream for a request that wants it so, with its usage if that is wanted', () => {
    expect(inForm('stream', 'whole', whole)?.answer).toHaveLength(2);
    expect(inForm('stream_with_usage', 'whole', whole)?.answer).toHaveLength(3);
    expect(inForm('stream', 'whole', whole)?.form).toBe('readable');
    expect(inForm('stream', 'whole', gemini)).toEqual({ form: 'iterable', answer: [gemini.answer] });
  });

  it('stored with its usage is a stream without', () => {
    expect(inForm('stream', 'stream_with_usage', stream)).toEqual(withoutUsage);
  });

  it('is not given in a form that it cannot be given in without loss', () => {
    expect(inForm('stream_with_usage', 'stream', withoutUsage)).toBeUndefined();
    expect(inForm('whole', 'stream', withoutUsage)).toBeUndefined();
    expect(inForm('stream', 'whole', { form: 'value', answer: { total: 3 } })).toBeUndefined();
  });

  it('of a step that gives a stream whatever is asked is given to none who asks otherwise', () => {
    expect(inForm('stream', 'whole', stream)).toBeUndefined();
    expect(inForm('whole', 'stream', whole)).toBeUndefined();
  });

  it('to a request that says nothing is given to none that does, and the other way round', () => {
    expect(inForm('whole', 'unknown', whole)).toBeUndefined();
    expect(inForm('unknown', 'whole', whole)).toBeUndefined();
  });
});
