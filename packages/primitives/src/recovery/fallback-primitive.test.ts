import { describe, expect, it } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { recordingObserver } from '../testing/index.ts';
import { FallbackPrimitive } from './fallback-primitive.ts';

const FIRST = new Error('the primary failed');
const SECOND = new Error('the alternative failed');

const primary = (): never => {
  throw FIRST;
};
const alternative = async (): Promise<never> => {
  throw SECOND;
};

describe('a fallback', () => {
  it('asks no alternative when the primary answers', async () => {
    using recording = recordingObserver();
    expect(await new FallbackPrimitive(() => 'v', primary).execute(undefined)).toBe('v');
    expect(recording.factsOf('fallback.outcome')).toEqual(['primary']);
  });

  it('asks the alternatives in their order, on the same input', async () => {
    using recording = recordingObserver();
    const chat = new FallbackPrimitive(primary, [alternative, (text: string) => `${text}!`], { operation: 'chat' });
    expect(await chat.execute('hello')).toBe('hello!');
    expect(recording.executions[0]?.facts).toEqual([
      { name: 'fallback.operation', value: 'chat' },
      { name: 'fallback.error', value: { step: 'primary', error: FIRST } },
      { name: 'fallback.error', value: { step: 'alternative', error: SECOND } },
      { name: 'fallback.alternative', value: 'step' },
      { name: 'fallback.outcome', value: 'alternative' },
    ]);
  });

  it('throws every error in order, the first one as cause, when nobody answers', async () => {
    using recording = recordingObserver();
    const error: unknown = await new FallbackPrimitive(primary, alternative)
      .execute(undefined)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({ errors: [FIRST, SECOND], cause: FIRST });
    expect(recording.factsOf('fallback.outcome')).toEqual(['exhausted']);
  });

  it('throws the error itself when no alternative applies to it', async () => {
    using recording = recordingObserver();
    const chat = new FallbackPrimitive(primary, () => 'v', { when: (error) => error !== FIRST });
    await expect(chat.execute(undefined)).rejects.toBe(FIRST);
    expect(recording.factsOf('fallback.outcome')).toEqual(['not_applicable']);
  });

  it('throws what when throws', async () => {
    using recording = recordingObserver();
    const mistake = new Error('a mistake in when');
    const when = (): never => {
      throw mistake;
    };
    await expect(new FallbackPrimitive(primary, () => 'v', { when }).execute(undefined)).rejects.toBe(mistake);
    expect(recording.factsOf('fallback.outcome')).toEqual(['error']);
  });

  it('refuses a promise of when, which would count as true, and hears its rejection', async () => {
    const when = (): never => Promise.reject(SECOND) as never;
    await expect(new FallbackPrimitive(primary, () => 'v', { when }).execute(undefined)).rejects.toThrow(
      new TypeError('FallbackPrimitive: what when returns must be true or false, but it is a promise'),
    );
  });

  it('answers a caller who leaves at once, and asks no alternative', async () => {
    using recording = recordingObserver();
    const reason = new Error('left');
    const controller = new AbortController();
    const context = new WorkflowContext({ signal: controller.signal });
    let asked = 0;
    const chat = new FallbackPrimitive(
      () => new Promise(() => {}),
      () => {
        asked += 1;
      },
    );
    const answer = chat.execute(undefined, context);
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await expect(chat.execute(undefined, context)).rejects.toBe(reason);
    expect(asked).toBe(0);
    expect(recording.factsOf('fallback.outcome')).toEqual(['cancelled', 'cancelled']);
  });

  it('passes an abort of somebody else on to the alternatives', async () => {
    const aborted = (): never => {
      throw new DOMException('aborted', 'AbortError');
    };
    expect(await new FallbackPrimitive(aborted, () => 'v').execute(undefined)).toBe('v');
  });
});

describe('a fallback for a stream', () => {
  const broken = new Error('the stream broke');
  async function* failing(): AsyncGenerator<string> {
    yield await Promise.reject(broken);
  }
  async function* spare(): AsyncGenerator<string> {
    yield 'spare';
  }

  it('takes the place of one that fails before its first chunk', async () => {
    using recording = recordingObserver();
    const stream = await new FallbackPrimitive(failing, [spare]).execute(null);
    expect(await stream.next()).toEqual({ done: false, value: 'spare' });
    expect(recording.factsOf('fallback.outcome')).toEqual(['alternative']);
    expect(recording.factsOf('fallback.error')).toMatchObject([{ error: broken }]);
  });

  it('takes the place of one that states a failure where an answer should be', async () => {
    const stating = (): ReadableStream<unknown> => ReadableStream.from([{ type: 'error', error: broken }]);
    const answer = await new FallbackPrimitive<null, AsyncIterable<unknown>>(stating, [spare]).execute(null);
    for await (const chunk of answer) expect(chunk).toBe('spare');
  });

  it('rejects when every stream fails before its first chunk', async () => {
    const answer = new FallbackPrimitive(failing, [failing]).execute(null);
    await expect(answer).rejects.toMatchObject({ errors: [broken, broken] });
  });

  it('does not come once the first chunk was handed over', async () => {
    const stream = await new FallbackPrimitive(
      async function* () {
        yield 'first';
        throw broken;
      },
      [spare],
    ).execute(null);
    await stream.next();
    await expect(stream.next()).rejects.toBe(broken);
  });

  it('hands it over at once where the first chunk is not to be awaited', async () => {
    const stream = await new FallbackPrimitive(failing, [spare], { awaitFirstChunk: false }).execute(null);
    await expect(stream.next()).rejects.toBe(broken);
  });
});
