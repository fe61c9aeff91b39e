import { Readable } from 'node:stream';
import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  failureOf,
  RetryPrimitive,
  step,
  WorkflowContext,
  withReport,
} from 'tta-dev-primitives';
import { isStream } from 'tta-dev-primitives/internal';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { CachePrimitive } from '../../primitives/cache/cache-primitive.ts';
import { RouterPrimitive } from '../../primitives/router/router-primitive.ts';
import { TimeoutPrimitive } from '../../primitives/timeout/timeout-primitive.ts';
import { type ModelCallOptions, modelCall } from './model-call.ts';

const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
const message = { role: 'assistant', content: 'hello' };
const whole = {
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, finish_reason: 'stop', message }],
  usage,
};
const part = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini-2024-07-18' };
const first = { ...part, choices: [{ index: 0, delta: message, finish_reason: null }] };
const finish = { ...part, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
const last = { ...part, choices: [], usage };
const COST_USD = 0.00021;

const REQUEST = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
const OPENAI: ModelCallOptions = { provider: 'openai', model: 'gpt-4o-mini' };

async function* chunks(...all: unknown[]): AsyncGenerator<unknown> {
  for (const chunk of all) {
    if (chunk instanceof Error) throw chunk;
    yield chunk;
  }
}

async function read(answer: unknown, atMost = Infinity): Promise<void> {
  let count = 0;
  if (isStream(answer)) for await (const _ of answer) if (++count === atMost) return;
}

/** What the last model call stated, by name. */
function stated(recording: ReturnType<typeof recordingObserver>): Record<string, unknown> {
  const call = recording.executions.findLast(({ kind }) => kind === 'model_call');
  return Object.fromEntries(call?.facts.map(({ name, value }) => [name, value]) ?? []);
}

const httpError = (status: number): Error => Object.assign(new Error(`status ${status}`), { status });

describe('a model call', () => {
  it('states everything that is known of a whole answer', async () => {
    using recording = recordingObserver();
    await expect(modelCall(() => whole, OPENAI).execute(REQUEST)).resolves.toBe(whole);
    expect(stated(recording)).toMatchObject({
      'llm.operation': 'chat',
      'llm.provider': 'openai',
      'llm.model': 'gpt-4o-mini',
      'llm.responseModel': 'gpt-4o-mini-2024-07-18',
      'llm.usage': { inputTokens: 1_000, outputTokens: 100 },
      'llm.finish': ['stop'],
      'llm.costUsd': expect.closeTo(COST_USD, 12),
      'llm.outcome': 'answered',
    });
  });

  it('states everything that is known of a stream when the stream ends', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const ask = modelCall(async function* () {
      await clock.advance(40);
      yield first;
      await clock.advance(15);
      yield finish;
      await clock.advance(5);
      yield last;
    }, OPENAI);
    const stream = await ask.execute(REQUEST, new WorkflowContext({ clock }));
    expect(stated(recording)).not.toHaveProperty('llm.outcome');
    await read(stream);
    expect(stated(recording)).toMatchObject({
      'llm.firstChunkMs': 40,
      'llm.chunkGapsMs': [15, 5],
      'llm.usage': { inputTokens: 1_000, outputTokens: 100 },
      'llm.costUsd': expect.closeTo(COST_USD, 12),
      'llm.outcome': 'answered',
    });
  });

  it('names the model that the answer names, if nothing else does', async () => {
    using recording = recordingObserver();
    await modelCall(() => whole).execute('hi');
    expect(stated(recording)).toMatchObject({ 'llm.model': 'gpt-4o-mini-2024-07-18', 'llm.outcome': 'answered' });
    expect(stated(recording)).not.toHaveProperty('llm.provider');
  });

  it('prices as its own price or its own prices say', async () => {
    using recording = recordingObserver();
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 10 };
    await modelCall(() => whole, { price }).execute('hi');
    const prices = {
      price: () => ({ inputUsd: 1, outputUsd: 2, totalUsd: 3, model: 'm', provider: undefined }),
    };
    await modelCall(() => whole, { prices }).execute('hi');
    expect(recording.factsOf('llm.costUsd')).toEqual([expect.closeTo(0.002, 12), 3]);
  });

  it.each([
    ['says no usage', { ...whole, usage: undefined }],
    ['is text', 'hello'],
    ['is of a model without a known price', { ...whole, model: 'my-own' }],
  ])('counts an answer that %s as unpriced, never as free', async (_, answer) => {
    using recording = recordingObserver();
    await modelCall((): unknown => answer).execute('hi');
    expect(stated(recording)).toMatchObject({ 'llm.unpriced': true, 'llm.outcome': 'answered' });
    expect(stated(recording)).not.toHaveProperty('llm.costUsd');
  });

  it('states a call that failed, what it means, and that it cost nothing', async () => {
    using recording = recordingObserver();
    const error = httpError(429);
    await expect(modelCall(() => Promise.reject(error), OPENAI).execute(REQUEST)).rejects.toBe(error);
    expect(stated(recording)).toMatchObject({
      'llm.model': 'gpt-4o-mini',
      'llm.failure': 'rate_limited',
      'llm.costUsd': 0,
      'llm.outcome': 'failed',
    });
  });

  it('states a call that ran out of time as cancelled, for the reason of the abort', async () => {
    using recording = recordingObserver();
    const ask = modelCall((_: unknown, { signal }) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('Request was aborted.')));
      });
    }, OPENAI);
    const timeout = new TimeoutPrimitive(ask, { timeoutMs: 5 });
    await expect(timeout.execute(REQUEST)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(stated(recording)).toMatchObject({
      'llm.failure': 'timeout',
      'llm.outcome': 'cancelled',
      'llm.unpriced': true, // the provider may bill what it had begun
    });
  });

  it('leaves the cost of a stream that is left before its first chunk unknown', async () => {
    using recording = recordingObserver();
    const stream = await modelCall(() => chunks(first, finish, last), OPENAI).execute(REQUEST);
    await stream.return(undefined);
    expect(stated(recording)).toMatchObject({ 'llm.unpriced': true, 'llm.outcome': 'cancelled' });
  });

  it('leaves the cost of a stream that is left or fails after its first chunk unknown', async () => {
    using recording = recordingObserver();
    await read(await modelCall(() => chunks(first, finish, last), OPENAI).execute(REQUEST), 1);
    expect(stated(recording)).toMatchObject({ 'llm.unpriced': true, 'llm.outcome': 'cancelled' });
    const broken = await modelCall(() => chunks(first, last, httpError(503)), OPENAI).execute(REQUEST);
    await expect(read(broken)).rejects.toThrow('status 503');
    expect(stated(recording)).toMatchObject({ 'llm.unpriced': true, 'llm.outcome': 'failed' });
  });

  it('says that a stream cost nothing that failed before its first chunk', async () => {
    using recording = recordingObserver();
    const broken = await modelCall(() => chunks(httpError(500)), OPENAI).execute(REQUEST);
    await expect(read(broken)).rejects.toThrow('status 500');
    expect(stated(recording)).toMatchObject({ 'llm.costUsd': 0, 'llm.failure': 'server_error' });
  });

  it.each([
    ['an OpenRouter error', { error: { message: 'busy', code: 502 } }, { kind: 'server_error', status: 502 }],
    [
      'an Anthropic error',
      { type: 'error', error: { type: 'overloaded_error', message: 'x' } },
      { kind: 'overloaded' },
    ],
  ])('fails with an answer that states %s in place of an answer', async (_, answer, failure) => {
    using recording = recordingObserver();
    const failing = modelCall((): unknown => answer, OPENAI).execute(REQUEST);
    await expect(failing).rejects.toMatchObject({ name: 'FailedAnswerError', answer, failure });
    expect(stated(recording)).toMatchObject({ 'llm.failure': failure.kind, 'llm.outcome': 'failed' });
  });

  it.each([
    ['an iterable', () => chunks(first)],
    ['a ReadableStream', () => ReadableStream.from(chunks(first))],
  ])('fails a stream that ends without its finish: %s', async (_, open) => {
    using recording = recordingObserver();
    const stream = await modelCall((): unknown => open(), OPENAI).execute(REQUEST);
    const error = await read(stream).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'IncompleteStreamError', code: 'ERR_TTA_INCOMPLETE_STREAM' });
    expect(failureOf(error)).toMatchObject({ kind: 'incomplete', retryable: true });
    expect(stated(recording)).toMatchObject({ 'llm.unpriced': true, 'llm.failure': 'incomplete' });
  });

  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, 'bad_response'],
    ['a stream without chunks', () => chunks(), 'incomplete'],
    [
      'a body without bytes',
      () => new Response('', { headers: { 'content-type': 'text/event-stream' } }),
      'incomplete',
    ],
    ['a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } }), 'bad_response'],
    ['an error object without an envelope', () => ({ id: 'c1', message: 'out of order' }), 'server_error'],
    ['what a client makes of an empty body', () => ({ $metadata: { httpStatusCode: 200 } }), 'bad_response'],
  ])('fails when it is answered by %s', async (_, answer, kind) => {
    using recording = recordingObserver();
    const asked = modelCall(async () => answer(), OPENAI).execute(REQUEST);
    const error = await asked
      .then(async (output) => (output instanceof Response ? await output.text() : await read(output)))
      .catch((reason: unknown) => reason);
    expect(failureOf(error)).toMatchObject({ kind, retryable: true });
    expect(stated(recording)).toMatchObject({ 'llm.outcome': 'failed', 'llm.failure': kind });
  });

  it('fails a Node.js Readable that ends without its finish for whoever iterates it', async () => {
    const stream = await modelCall(() => Readable.from([first])).execute(REQUEST);
    await expect(read(stream)).rejects.toMatchObject({ name: 'IncompleteStreamError' });
  });

  it('does not ask a finish of a stream that is not of a model', async () => {
    using recording = recordingObserver();
    await read(await modelCall(() => chunks('one', { two: 2 })).execute('hi'));
    expect(recording.factsOf('llm.outcome')).toEqual(['answered']);
  });

  it('fails a stream whose first chunk states an error, or that ends with one', async () => {
    const busy = { error: { message: 'busy', code: 503 } };
    const begun = await modelCall(() => chunks(busy, first, finish)).execute(REQUEST);
    await expect(read(begun, 1)).rejects.toMatchObject({ name: 'FailedAnswerError', answer: busy, status: 503 });
    const late = await modelCall(() => chunks(first, busy)).execute(REQUEST);
    await expect(read(late)).rejects.toMatchObject({ name: 'FailedAnswerError', failure: { kind: 'overloaded' } });
  });

  it('lets a router fall back from a stream that begins with an error', async () => {
    const router = new RouterPrimitive<unknown, AsyncGenerator<unknown>>(
      {
        a: { step: () => chunks({ error: { message: 'busy', code: 503 } }), ...OPENAI },
        b: { step: () => chunks(first, finish, last), ...OPENAI },
      },
      { strategy: () => 'a', defaultRoute: 'a', fallback: true },
    );
    const { context, report } = withReport();
    await read(await router.execute(REQUEST, context));
    const { route, attempts } = await report;
    expect(route).toBe('b');
    expect(attempts?.map(({ outcome }) => outcome)).toEqual(['failed', 'answered']);
  });

  it('lets a retry mend an answer that states an error', async () => {
    const answers: unknown[] = [{ error: { message: 'busy', code: 503 } }, whole];
    const retry = new RetryPrimitive(
      modelCall(() => answers.shift()),
      { backoff: () => 0 },
    );
    await expect(retry.execute(REQUEST)).resolves.toBe(whole);
  });

  it('leaves everything to a model call inside', async () => {
    using recording = recordingObserver();
    await modelCall(step('agent', (input: unknown, context) => modelCall(() => whole).execute(input, context))).execute(
      REQUEST,
    );
    expect(recording.factsOf('llm.costUsd')).toHaveLength(1);
    expect(recording.factsOf('llm.outcome')).toEqual(['answered', 'delegated']);
  });

  it('costs nothing when a cache inside answers', async () => {
    using recording = recordingObserver();
    const ask = modelCall(new CachePrimitive((_: unknown) => whole, { operation: 'chat' }), OPENAI);
    for (let count = 0; count < 2; count += 1) await ask.execute(REQUEST);
    expect(recording.factsOf('llm.outcome')).toEqual(['answered', 'reused']);
    expect(recording.factsOf('llm.costUsd')).toHaveLength(1);
  });

  it('costs what the model costs when a cache inside gave something else', async () => {
    using recording = recordingObserver();
    const search = new CachePrimitive((query: string) => ({ found: query }), { operation: 'search' });
    const agent = modelCall(async (_: unknown, context) => search.execute('x', context).then(() => whole), OPENAI);
    for (let count = 0; count < 2; count += 1) await agent.execute(REQUEST);
    expect(recording.factsOf('cache.outcome')).toEqual(['miss', 'hit']);
    expect(recording.factsOf('llm.outcome')).toEqual(['answered', 'answered']);
  });

  it('asks no model when a circuit or a bulkhead inside refuses', async () => {
    using recording = recordingObserver();
    const circuit = new CircuitBreakerPrimitive((_: unknown) => whole);
    circuit.breaker.isolate();
    const full = new BulkheadPrimitive((_: unknown) => new Promise(() => {}), { maxConcurrent: 1, maxQueued: 0 });
    void full.execute('first');
    await expect(modelCall(circuit).execute(REQUEST)).rejects.toThrow('circuit');
    await expect(modelCall(full).execute(REQUEST)).rejects.toThrow();
    expect(recording.factsOf('llm.outcome')).toEqual(['refused', 'refused']);
    expect(recording.factsOf('llm.costUsd')).toEqual([]);
  });

  it.each<[object, string]>([
    [{ modle: 'x' }, 'modelCall: modle is not an option'],
    [{ model: '' }, 'modelCall: model must be a name, but it is ""'],
    [{ provider: 7 }, 'modelCall: provider must be a name, but it is 7'],
    [{ price: { inputPerMillionUsd: -1, outputPerMillionUsd: 0 } }, 'modelCall: price.inputPerMillionUsd'],
    [{ prices: {} }, 'modelCall: prices.price must be a function'],
    [{ operation: 'talk' }, 'modelCall: operation must be'],
  ])('refuses %j', (options, sentence) => {
    expect(() => modelCall(() => whole, options as ModelCallOptions)).toThrow(sentence);
  });
});

describe('a report on model calls', () => {
  it('lists each attempt of a retry, with a cache and a timeout alone around it', async () => {
    const answers = [httpError(500), whole];
    const ask = modelCall((_: unknown) => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    }, OPENAI);
    const retry = new RetryPrimitive(ask, { backoff: () => 0 });
    const workflow = new TimeoutPrimitive(new CachePrimitive(retry), { timeoutMs: 1_000 });
    const { context, report } = withReport();
    await workflow.execute(REQUEST, context);
    const { attempts, usage: tokens, costUsd, cacheOutcome, phases, timeoutOutcome } = await report;
    expect(attempts).toMatchObject([
      { provider: 'openai', model: 'gpt-4o-mini', outcome: 'failed', failure: 'server_error', costUsd: 0 },
      { provider: 'openai', model: 'gpt-4o-mini', outcome: 'answered', costUsd: expect.closeTo(COST_USD, 12) },
    ]);
    expect(tokens).toEqual({ inputTokens: 1_000, outputTokens: 100 });
    expect(costUsd).toBeCloseTo(COST_USD, 12);
    expect({ cacheOutcome, phases, timeoutOutcome }).toEqual({
      cacheOutcome: 'miss',
      phases: [],
      timeoutOutcome: 'success',
    });
  });

  it('lists no attempt for an answer of a cache, and what that saved', async () => {
    const cache = new CachePrimitive(modelCall((_: unknown) => whole, OPENAI));
    await cache.execute(REQUEST);
    const { context, report } = withReport();
    await cache.execute(REQUEST, context);
    expect(await report).toMatchObject({
      attempts: [],
      costUsd: 0,
      cacheOutcome: 'hit',
      savedUsd: expect.closeTo(COST_USD, 12),
    });
  });

  it('knows no cost when the cost of one call is not known', async () => {
    const workflow = modelCall((_: unknown) => whole).par(modelCall((_: unknown): unknown => 'hello'));
    const { context, report } = withReport();
    await workflow.execute(REQUEST, context);
    expect((await report).costUsd).toBeNull();
    expect((await report).attempts).toHaveLength(2);
  });
});
