import OpenAI from 'openai';
import { WorkflowContext } from 'tta-dev-primitives';
import type { Ending } from 'tta-dev-primitives/internal';
import { type ManualClock, manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { RouterPrimitive } from './router-primitive.ts';

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };
const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };

/** A model's answer in three chunks, 100 ms apart; the last one carries the usage. */
async function* streamed(clock: ManualClock, failure?: Error): AsyncGenerator<unknown> {
  for (const word of ['a', 'b']) {
    await clock.advance(100);
    const finish_reason = word === 'b' ? 'stop' : null;
    yield { id: '1', model: 'mini', choices: [{ index: 0, delta: { content: word }, finish_reason }], usage: null };
  }
  if (failure !== undefined) throw failure;
  await clock.advance(100);
  yield { id: '1', model: 'mini', choices: [], usage };
}

function only<O>(
  step: (input: unknown, context: WorkflowContext) => O | Promise<O>,
): RouterPrimitive<unknown, O, 'only'> {
  return new RouterPrimitive({ only: { step, price } }, { strategy: () => 'only', defaultRoute: 'only' });
}

async function read(stream: AsyncIterable<unknown>, chunks = Infinity): Promise<number> {
  let count = 0;
  for await (const _ of stream) if (++count === chunks) break;
  return count;
}

describe('a RouterPrimitive whose route answers with a stream', () => {
  it('states the cost when the stream ends, and not before', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const router = only(() => streamed(clock));
    const stream = await router.execute(undefined, new WorkflowContext({ clock }));
    expect(recording.factsOf('llm.costUsd')).toEqual([]);
    expect(await read(stream)).toBe(3);
    expect(recording.factsOf('llm.costUsd')[0]).toBeCloseTo(0.0011, 12);
    expect(recording.factsOf('llm.model')).toEqual(['mini']);
    expect(router.getStats().routes.only).toMatchObject({ decisions: 1, errors: 0, p50Ms: 300 });
  });

  it('states the cost before its execution ends, so that it is part of its span', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    await read(await only(() => streamed(clock)).execute(undefined, new WorkflowContext({ clock })));
    await clock.advance(0);
    const [, execution] = recording.executions;
    expect(execution?.kind).toBe('model_call');
    expect(execution?.ending).toEqual<Ending>({ status: 'success' });
    expect(execution?.facts.map(({ name }) => name)).toContain('llm.costUsd');
  });

  it('counts a stream that is left early as unpriced, and neither as an error nor as a duration', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const router = only(() => streamed(clock));
    await read(await router.execute(undefined, new WorkflowContext({ clock })), 1);
    expect(recording.factsOf('router.unpriced')).toEqual([true]);
    expect(recording.factsOf('llm.costUsd')).toEqual([]);
    expect(router.getStats()).toMatchObject({
      routes: { only: { decisions: 1, errors: 0, p50Ms: null } },
      unpriced: 1,
    });
  });

  it('does not take the tokens counted so far for the whole of a stream that is left early', async () => {
    const counting = only(async function* () {
      for (const completion_tokens of [1, 2, 3]) {
        yield { id: '1', model: 'mini', choices: [], usage: { ...usage, completion_tokens } };
      }
    });
    await read(await counting.execute(undefined), 2);
    expect(counting.getStats()).toMatchObject({ routes: { only: { costUsd: 0 } }, unpriced: 1 });
  });

  it('counts a stream that fails as an error and as unpriced', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const cut = Object.assign(new Error('terminated'), { code: 'ECONNRESET' });
    const router = only(() => streamed(clock, cut));
    const stream = await router.execute(undefined, new WorkflowContext({ clock }));
    await expect(read(stream)).rejects.toBe(cut);
    expect(recording.factsOf('router.errorType')).toEqual(['network']);
    expect(recording.factsOf('router.unpriced')).toEqual([true]);
    expect(router.getStats()).toMatchObject({ routes: { only: { errors: 1, p50Ms: null } }, unpriced: 1 });
  });

  it.each([
    ['the caller left', undefined, []],
    ['it took too long', new DOMException('too slow', 'TimeoutError'), ['timeout']],
  ])('takes a stream that an SDK ends in silence because %s for what it is', async (_, reason, errorTypes) => {
    using recording = recordingObserver();
    const controller = new AbortController();
    const router = only(async function* (_input, { signal }) {
      while (!signal.aborted) yield { id: '1', model: 'mini', choices: [] };
    });
    const stream = await router.execute(undefined, new WorkflowContext({ signal: controller.signal }));
    const reading = (async () => {
      for await (const _chunk of stream) controller.abort(reason);
    })();
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(error).toBe(controller.signal.reason);
    expect(recording.factsOf('router.errorType')).toEqual(errorTypes);
    const { only: stats } = router.getStats().routes;
    expect(stats).toMatchObject({ decisions: 1, errors: errorTypes.length, p50Ms: null });
  });

  it('counts a stream that was left because it took too long as a timeout of the route', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const controller = new AbortController();
    const router = only(() => streamed(clock));
    const stream = await router.execute(undefined, new WorkflowContext({ clock, signal: controller.signal }));
    for await (const _chunk of stream) {
      controller.abort(new DOMException('too slow', 'TimeoutError'));
      break;
    }
    expect(recording.factsOf('router.errorType')).toEqual(['timeout']);
    expect(recording.factsOf('router.unpriced')).toEqual([true]);
  });

  it('counts a stream that ends without a usage as unpriced', async () => {
    const router = only(async function* () {
      yield { id: '1', model: 'mini', choices: [] };
    });
    await read(await router.execute(undefined));
    expect(router.getStats().unpriced).toBe(1);
  });

  it('reads a ReadableStream as well', async () => {
    const router = only(() =>
      ReadableStream.from([{ model: 'mini', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage }]),
    );
    await read(await router.execute(undefined));
    expect(router.getStats()).toMatchObject({ routes: { only: { costUsd: 0.0011 } }, unpriced: 0 });
  });
});

describe('a RouterPrimitive whose route fails', () => {
  it('states the class of the error, and passes the error through', async () => {
    using recording = recordingObserver();
    const refused = OpenAI.APIError.generate(429, {}, 'slow down', new Headers());
    const router = only(() => Promise.reject(refused));
    await expect(router.execute(undefined)).rejects.toBe(refused);
    expect(recording.factsOf('router.errorType')).toEqual(['rate_limit']);
    expect(router.getStats()).toMatchObject({ routes: { only: { decisions: 1, errors: 1 } }, unpriced: 0 });
  });

  /** A step that stops when it is told to, as SDKs do: with an error of their own. */
  const untilStopped = (_: unknown, { signal }: WorkflowContext): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new OpenAI.APIUserAbortError()));
    });

  it('does not count work that its caller gave up as an error of the route', async () => {
    using recording = recordingObserver();
    const controller = new AbortController();
    const router = only(untilStopped);
    const answer = router.execute(undefined, new WorkflowContext({ signal: controller.signal }));
    await manualClock().advance(0);
    controller.abort();
    await expect(answer).rejects.toBe(controller.signal.reason);
    expect(recording.factsOf('router.errorType')).toEqual([]);
    expect(router.getStats().routes.only).toMatchObject({ decisions: 1, errors: 0 });
  });

  it('counts work that was stopped because it took too long as a timeout of the route', async () => {
    using recording = recordingObserver();
    const controller = new AbortController();
    const router = only(untilStopped);
    const answer = router.execute(undefined, new WorkflowContext({ signal: controller.signal }));
    await manualClock().advance(0);
    controller.abort(new DOMException('too slow', 'TimeoutError'));
    await expect(answer).rejects.toBe(controller.signal.reason);
    expect(recording.factsOf('router.errorType')).toEqual(['timeout']);
    expect(router.getStats().routes.only.errors).toBe(1);
  });

  it('does not start, and decides nothing, when the work was given up before', async () => {
    const router = only(() => 'answer');
    const context = new WorkflowContext({ signal: AbortSignal.abort() });
    await expect(router.execute(undefined, context)).rejects.toBe(context.signal.reason);
    expect(router.getStats().routes.only.decisions).toBe(0);
  });
});
