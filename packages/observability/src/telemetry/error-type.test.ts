import { describe, expect, it } from 'vitest';
import { errorTypeOf } from './error-type.ts';

class QuotaError extends Error {}

describe('errorTypeOf', () => {
  it.each([
    ['a named error', new TypeError('no'), 'TypeError'],
    ['an error whose class says more than its name', new QuotaError('no'), 'QuotaError'],
    ['an abort', new DOMException('no', 'AbortError'), 'AbortError'],
    ['a name that is a sentence', Object.assign(new QuotaError(), { name: 'the prompt: hi' }), 'QuotaError'],
    ['a name that is too long', Object.assign(new QuotaError(), { name: 'Q'.repeat(65) }), 'QuotaError'],
    ['a name in two lines', Object.assign(new QuotaError(), { name: 'Quota\nError' }), 'QuotaError'],
    [
      'a class whose name is too long',
      new (class extends Error {
        static override readonly name: string = 'Q'.repeat(65);
      })(),
      'Error',
    ],
    ['an error whose name is no text', Object.assign(new QuotaError(), { name: Symbol('quota') }), 'QuotaError'],
    ['an error without a class', Object.assign(new Error('no'), { constructor: undefined }), 'Error'],
    [
      'an error that cannot be looked at',
      new Proxy(new Error('no'), {
        get() {
          throw new Error('not for you');
        },
      }),
      '_OTHER',
    ],
    ['a thrown text', 'a prompt', '_OTHER'],
    ['nothing', undefined, '_OTHER'],
  ])('gives the type of %s', (_what, error, type) => {
    expect(errorTypeOf(error)).toBe(type);
  });
});
