import { describe, expect, it } from 'vitest';
import { errorTypeOf } from './error-type.ts';

class QuotaError extends Error {}

describe('errorTypeOf', () => {
  it.each([
    ['a named error', new TypeError('no'), 'TypeError'],
    ['an error whose class says more than its name', new QuotaError('no'), 'QuotaError'],
    ['an abort', new DOMException('no', 'AbortError'), 'AbortError'],
    ['a name that is a sentence', Object.assign(new QuotaError(), { name: 'the prompt: hi' }), 'QuotaError'],
    ['a thrown text', 'a prompt', '_OTHER'],
    ['nothing', undefined, '_OTHER'],
  ])('gives the type of %s', (_what, error, type) => {
    expect(errorTypeOf(error)).toBe(type);
  });
});
