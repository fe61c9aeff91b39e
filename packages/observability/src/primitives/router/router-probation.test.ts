import { WorkflowContext } from 'tta-dev-primitives';
import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { RouterPrimitive } from './router-primitive.ts';

const failure = (status: number): Error => Object.assign(new Error(`status ${status}`), { status });

const chunkOf = (content: string) => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: content === '' ? { role: 'assistant', content } : { content }, finish_reason: null }],
});

const FAILED = { error: { message: 'overloaded', code: 503 } };

let clock: ManualClock;
/** What route `a` does next. */
let next: () => unknown;
let asked: number;

/** A router whose route `a` has cooled down, so that the next request finds out whether it works. */
async function onProbation() {
  clock = manualClock();
  asked = 0;
  const a = (): unknown => {
    asked += 1;
    return next();
  };
  const routes = { a, b: () => 'b' };
  const router = new RouterPrimitive<string, unknown, 'a' | 'b'>(routes, {
    strategy: () => 'a',
    defaultRoute: 'a',
    fallback: true,
  });
  const ask = () => router.execute('', new WorkflowContext({ clock }));
  next = () => Promise.reject(failure(503));
  for (let time = 0; time < 3; time += 1) await ask();
  await clock.advance(10_000);
  asked = 0;
  return ask;
}

describe('a route on probation', () => {
  let ask: () => Promise<unknown>;
  beforeEach(async () => {
    ask = await onProbation();
  });

  it.each([400, 404, 413, 422])('works, if it refuses a request with %s', async (status) => {
    next = () => Promise.reject(failure(status));
    await expect(ask()).rejects.toMatchObject({ status });
    next = () => Promise.reject(failure(503));
    expect(await ask()).toBe('b');
    next = () => 'a';
    expect(await ask()).toBe('a');
  });

  it('lets everybody through once a long stream has begun', async () => {
    next = async function* () {
      for (let time = 0; ; time += 1) yield chunkOf(`word ${time}`);
    };
    const stream = (await ask()) as AsyncGenerator;
    await stream.next();
    next = () => 'a';
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['a', 'a', 'a']);
    await stream.return(undefined);
  });

  it.each<[string, readonly unknown[]]>([
    ['nothing but a failure', [FAILED]],
    ['a role and a failure', [chunkOf(''), FAILED]],
  ])(
    'does not work, if it answers with a stream that holds %s: the next route answers, and it is left alone',
    async (_what, chunks) => {
      next = async function* () {
        yield* chunks;
      };
      expect(await ask()).toBe('b');
      await clock.advance(19_999);
      expect([await ask(), asked]).toEqual(['b', 1]);
    },
  );

  it.each([429, 500, 503])('does not work, if it fails with %s', async (status) => {
    next = () => Promise.reject(failure(status));
    expect(await ask()).toBe('b');
    await clock.advance(19_999);
    expect([await ask(), asked]).toEqual(['b', 1]);
  });
});
