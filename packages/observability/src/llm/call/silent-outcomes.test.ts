import { readFileSync } from 'node:fs';
import { createOpenAI } from '@ai-sdk/openai';
import { streamText } from 'ai';
import OpenAI from 'openai';
import { failureOf, WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TimeoutPrimitive } from '../../primitives/timeout/timeout-primitive.ts';
import { CALLERS } from './__fixtures__/silent-callers.ts';
import { type SilentServer, silentServer } from './__fixtures__/silent-server.ts';
import { modelCall } from './model-call.ts';

/** What a client reported as a success, or waited for without an end. */
interface Row {
  readonly id: string;
  readonly caller: string;
  readonly call: 'whole' | 'stream' | 'helper';
  readonly waits: boolean;
}

const FILE = new URL('./__fixtures__/silent-outcomes.jsonl', import.meta.url);
const ROWS = readFileSync(FILE, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row); // the file of the rows

/** Complete answers, and answers whose missing part the SDK hides. */
const COMPLETE: Readonly<Record<string, string>> = {
  'ai-google/stream/nodone': 'the protocol has no mark after the finish',
  'google/stream/nodone': 'the protocol has no mark after the finish',
  'openai-responses/stream/nodone': 'response.completed holds the whole answer',
  'openai/stream/nodone': 'the finish and the usage came, and [DONE] adds nothing',
  'ai-openai/stream/nodone': 'the finish and the usage came, and [DONE] adds nothing',
  'mistral/stream/nodone': 'the finish and the usage came, and [DONE] adds nothing',
  'bedrock/stream/nodone': 'messageStop is the finish; only the usage is missing, and unknown',
  'langchain-anthropic/stream/nodone': 'the SDK hides message_stop, so only the stop reason can be known',
  'fetch/stream/badchunk': 'who reads the bytes meets the damaged event; finish and usage came after it',
};
const WITHOUT_USAGE: ReadonlySet<string> = new Set(['bedrock/stream/nodone']);

/** The kinds of failures that are not `incomplete`. */
const KINDS: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/^cohere\/whole\/err200$/, 'server_error'],
  [/^(?:anthropic|openai-responses|fetch)\/(?:whole|stream)\/(?:err200|errevent)$/, 'overloaded'],
  [/\/whole\//, 'bad_response'],
  [/^fetch\/stream\/html$/, 'bad_response'],
  [/^ai-anthropic\/stream\/(?:empty|html|err200)$/, 'bad_response'],
];
/** The SDK drops an error body sent in place of events. Only the missing finish shows that the stream failed. */
const SDK_HIDES_ERRORS: ReadonlySet<string> = new Set(['openai-responses/stream/err200']);

function kindOf(id: string): string {
  if (SDK_HIDES_ERRORS.has(id)) return 'incomplete';
  return KINDS.find(([pattern]) => pattern.test(id))?.[1] ?? 'incomplete';
}

const faultOf = ({ id }: Row): string => id.split('/')[2] ?? '';
const isHelper = ({ call }: Row): boolean => call === 'helper';
const isAbort = (row: Row): boolean => faultOf(row) === 'abortmid';
const SDK_ROWS = ROWS.filter((row) => !isHelper(row));
const WAITING = SDK_ROWS.filter(({ waits }) => waits);
const ENDING = SDK_ROWS.filter((row) => !row.waits && !isAbort(row));
const COMPLETED = ENDING.filter(({ id }) => id in COMPLETE).map((row) => ({ ...row, why: COMPLETE[row.id] }));
const FAILING = ENDING.filter(({ id }) => !(id in COMPLETE)).map((row) => ({ ...row, kind: kindOf(row.id) }));

let server: SilentServer;
beforeAll(async () => {
  server = await silentServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type Ask = (url: string, signal: AbortSignal) => PromiseLike<unknown>;

/** The client of this provider cannot be installed beside OpenTelemetry 3: its chunks as it gives them. */
const mistral: Ask = async (url, signal) => {
  const chunk = (content: string, finishReason: string | null = null, usage?: object) => ({
    data: { id: 'c', model: 'mistral-small', choices: [{ index: 0, delta: { content }, finishReason }], usage },
  });
  async function* events(): AsyncGenerator<object> {
    yield chunk('hi ');
    if (url.endsWith('cut')) return;
    yield chunk('', 'stop', { promptTokens: 11, completionTokens: 3, totalTokens: 14 });
    if (url.endsWith('open')) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
  return events();
};

function callOf(row: Row) {
  const { caller, call } = row;
  const asks = CALLERS[caller];
  const ask = caller === 'mistral' ? mistral : call === 'whole' ? asks?.whole : asks?.stream;
  return {
    request: asks?.request ?? { model: 'mistral-small', messages: [{ role: 'user', content: 'hi' }] },
    step: modelCall((_: object, { signal }) => (ask as Ask)(server.urlOf(caller, faultOf(row)), signal)),
  };
}

async function readThrough(answer: unknown, onPart = (_count: number): void => undefined): Promise<void> {
  const body: unknown = answer instanceof Response ? answer.body : answer;
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) return;
  let count = 0;
  for await (const _ of body as AsyncIterable<unknown>) onPart(++count);
}

const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );

describe('what a client reports as a success', () => {
  it.each(FAILING)('fails the model call as $kind: $id', async (row) => {
    const { step, request } = callOf(row);
    const error = await caught(step.execute(request).then((answer) => readThrough(answer)));
    expect(failureOf(error)?.kind).toBe(row.kind);
  });

  it.each(COMPLETED)('is complete, because $why: $id', async (row) => {
    using recording = recordingObserver();
    const { step, request } = callOf(row);
    await readThrough(await step.execute(request));
    const facts = recording.executions.find(({ kind }) => kind === 'model_call')?.facts ?? [];
    const stated = Object.fromEntries(facts.map(({ name, value }) => [name, value]));
    expect(stated).toMatchObject({ 'llm.outcome': 'answered' });
    if (WITHOUT_USAGE.has(row.id)) {
      expect(stated).not.toHaveProperty('llm.usage');
      expect(stated).toMatchObject({ 'llm.unpriced': true });
    } else expect(stated).toMatchObject({ 'llm.usage': { inputTokens: 11, outputTokens: 3 } });
  });

  it.each(SDK_ROWS.filter(isAbort))('rejects with the reason of the caller who left: $id', async (row) => {
    const controller = new AbortController();
    const reason = new Error('the reader left');
    const { step, request } = callOf(row);
    const answer = await step.execute(request, new WorkflowContext({ signal: controller.signal }));
    const onPart = (count: number): void => {
      if (count === 2) setTimeout(() => controller.abort(reason), 20);
    };
    expect(await caught(readThrough(answer, onPart))).toBe(reason);
  });
});

describe.concurrent('what a client waits for without an end', () => {
  it.each(WAITING)('is ended by a limit, because only the server knows that nothing follows: $id', async (row) => {
    const { step, request } = callOf(row);
    const isWhole = row.call === 'whole';
    const limits = isWhole
      ? { timeoutMs: 1_000 }
      : { timeoutMs: 15_000, stream: { firstChunkMs: 15_000, idleMs: 800 } };
    const timed = new TimeoutPrimitive(step, { ...limits, graceMs: 0 });
    const error = await caught(timed.execute(request).then((answer) => readThrough(answer)));
    expect(error).toMatchObject({ name: 'TimeoutError', phase: isWhole ? 'soft' : 'idle' });
    expect(failureOf(error)?.kind).toBe('timeout');
  });
});

const REQUEST = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };
const openai = (fault: string): OpenAI =>
  new OpenAI({ apiKey: 'k', baseURL: server.urlOf('openai', fault), maxRetries: 0 });
const aiSdk = (fault: string, timeout?: { chunkMs?: number; firstChunkMs?: number }) =>
  streamText({
    model: createOpenAI({ apiKey: 'k', baseURL: server.urlOf('ai-openai', fault) }).chat('gpt-4o-mini'),
    prompt: 'hi',
    maxRetries: 0,
    onError: () => undefined,
    ...(timeout && { timeout }),
  });

describe('what a helper of a client reports as a success', () => {
  it('is complete, because the finish came: openai/helper/stream().finalChatCompletion nodone', async () => {
    const ask = modelCall(() => openai('nodone').chat.completions.stream(REQUEST).finalChatCompletion());
    expect((await ask.execute(REQUEST)).choices[0]?.finish_reason).toBe('stop');
  });

  it('is complete, because response.completed came: openai/helper/responses.stream().finalResponse nodone', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: server.urlOf('openai-responses', 'nodone'), maxRetries: 0 });
    const ask = modelCall(() => client.responses.stream({ model: 'gpt-4o-mini', input: 'hi' }).finalResponse());
    expect((await ask.execute(REQUEST)).status).toBe('completed');
  });

  it('fails as incomplete: openai/helper/our fetch: body stream errors with an AbortError', async () => {
    const event = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'hi' } }] })}\n\n`;
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(event);
      throw new DOMException('aborted', 'AbortError');
    }
    const client = new OpenAI({
      apiKey: 'k',
      maxRetries: 0,
      fetch: async () =>
        new Response(ReadableStream.from(body()), { headers: { 'content-type': 'text/event-stream' } }),
    });
    const stream = await modelCall(() => client.chat.completions.create({ ...REQUEST, stream: true })).execute(REQUEST);
    expect(failureOf(await caught(readThrough(stream)))?.kind).toBe('incomplete');
  });

  it('cannot be told from a whole text, unless the parts are handed on: ai/helper/streamText text of a stream cut without finish', async () => {
    expect(await modelCall(async () => await aiSdk('cut').text).execute(REQUEST)).toBe('hi ');
    const parts = await modelCall(async () => aiSdk('cut').fullStream).execute(REQUEST);
    expect(failureOf(await caught(readThrough(parts)))?.kind).toBe('incomplete');
  });

  it('fails as incomplete, because the SDK reports its timeout as an abort: ai/helper/streamText chunkMs', async () => {
    const parts = await modelCall(async () => aiSdk('timeoutmid', { chunkMs: 300 }).fullStream).execute(REQUEST);
    expect(failureOf(await caught(readThrough(parts)))?.kind).toBe('incomplete');
  });

  it('is ended by a limit of the stream: ai/helper/streamText firstChunkMs', async () => {
    const ask = modelCall(async () => aiSdk('silence', { firstChunkMs: 50 }).fullStream);
    const timed = new TimeoutPrimitive(ask, { timeoutMs: 15_000, stream: { firstChunkMs: 500, idleMs: 500 } });
    const error = await caught(timed.execute(REQUEST).then((answer) => readThrough(answer)));
    expect(error).toMatchObject({ name: 'TimeoutError', phase: expect.stringMatching(/^(?:first_chunk|idle)$/) });
  });
});

describe('a text as an answer', () => {
  it('is a success, and a page only in answer to a request of a model', async () => {
    expect(await modelCall(() => 'the tag <html> begins a page').execute(REQUEST)).toContain('<html>');
    expect(await modelCall(() => '<html></html>').execute('make a page')).toBe('<html></html>');
    const error = await caught(modelCall(() => ' <!DOCTYPE html><p>login').execute(REQUEST));
    expect(failureOf(error)?.kind).toBe('bad_response');
  });
});

it('covers every row', () => {
  expect(ROWS).toHaveLength(101);
  expect(FAILING.length + COMPLETED.length + WAITING.length + ROWS.filter(isAbort).length).toBe(95);
});
