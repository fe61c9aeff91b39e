import { describe, expect, it } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { constantBackoff } from '../recovery/retry/backoff.ts';
import { RetryPrimitive } from '../recovery/retry/retry-primitive.ts';
import { MockPrimitive } from './mock-primitive.ts';

const busy = new Error('busy');

describe('MockPrimitive', () => {
  it('gives its return value, or undefined without one', async () => {
    expect(await new MockPrimitive('model', { returnValue: 'hello' }).execute('hi')).toBe('hello');
    expect(await new MockPrimitive('model').execute('hi')).toBeUndefined();
  });

  it('gives what its function gives for the input and the context, before its return value', async () => {
    const sideEffect = async (text: string, { tenantId }: WorkflowContext) => `${text}, ${tenantId}`;
    const mock = new MockPrimitive('model', { sideEffect, returnValue: 'never' });
    expect(await mock.execute('hi', new WorkflowContext({ tenantId: 'acme' }))).toBe('hi, acme');
  });

  it('throws its error in every call, before anything else', async () => {
    const mock = new MockPrimitive('model', { error: busy, sideEffect: () => 'never', returnValue: 'never' });
    await expect(mock.execute(1)).rejects.toBe(busy);
    await expect(mock.execute(2)).rejects.toBe(busy);
    expect(mock.callCount).toBe(2);
  });

  it('gives and throws the results of its list in their order, and fails after the last one', async () => {
    const mock = new MockPrimitive<string, string>('model', { sideEffect: [busy, 'hello'] });
    await expect(mock.execute('a')).rejects.toBe(busy);
    expect(await mock.execute('b')).toBe('hello');
    await expect(mock.execute('c')).rejects.toThrow('model: call 3 has no result, because sideEffect has 2');
  });

  it('remembers its calls with input and context until it is reset, and then begins its list again', async () => {
    const mock = new MockPrimitive<string, string>('model', { sideEffect: [busy, 'hello'] });
    const retried = new RetryPrimitive(mock, { retryIf: () => true, backoff: constantBackoff(0) });
    expect(await retried.execute('hi')).toBe('hello');
    expect(mock.calls.map(({ input, context }) => [input, context.attempt])).toEqual([
      ['hi', 1],
      ['hi', 2],
    ]);
    const { calls } = mock;
    mock.reset();
    expect([mock.callCount, mock.calls, calls.length]).toEqual([0, [], 2]);
    expect(await retried.execute('hi')).toBe('hello');
  });

  it.each([
    [
      { returnValues: [1] },
      'MockPrimitive: returnValues is not an option; the options are returnValue, sideEffect, error',
    ],
    [{ sideEffect: 7 }, 'MockPrimitive: sideEffect must be a function or an array of results and errors, but it is 7'],
  ])('refuses the options %o', (options, sentence) => {
    expect(() => new MockPrimitive('model', options as never)).toThrow(new TypeError(sentence));
    expect(() => new MockPrimitive(7 as never)).toThrow('MockPrimitive: name must be a text, but it is 7');
  });
});
