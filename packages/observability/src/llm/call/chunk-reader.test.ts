import { FallbackPrimitive, failureOf, RetryPrimitive, WorkflowContext } from 'tta-dev-primitives';
import { expect, test } from 'vitest';
import './model-call.ts';

async function* chunks(...all: unknown[]): AsyncGenerator<unknown> {
  yield* all;
}

const read = async (stream: AsyncIterable<unknown>): Promise<unknown[]> => {
  const all: unknown[] = [];
  for await (const chunk of stream) all.push(chunk);
  return all;
};

const refusals: [string, unknown[]][] = [
  [
    'a response that failed, after its start',
    [
      {
        type: 'response.created',
        sequence_number: 0,
        response: { id: 'r', object: 'response', status: 'in_progress' },
      },
      {
        type: 'response.failed',
        sequence_number: 1,
        response: {
          ...{ id: 'r', object: 'response', status: 'failed', output: [] },
          error: { code: 'server_error', message: 'try again' },
        },
      },
    ],
  ],
  [
    'an error in a choice',
    [
      {
        ...{ id: 'c', object: 'chat.completion.chunk', model: 'm' },
        choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 502, message: 'upstream' } }],
      },
    ],
  ],
];

test.each(refusals)(
  'a retry and a fallback mend a stream without a model call that begins with %s',
  async (_, refusal) => {
    const answers = [refusal, ['hello']];
    const retry = new RetryPrimitive(() => chunks(...(answers.shift() ?? [])), { backoff: () => 0 });
    expect(await read(await retry.execute(null))).toEqual(['hello']);
    const fallback = new FallbackPrimitive(
      () => chunks(...refusal),
      () => chunks('other'),
    );
    expect(await read(await fallback.execute(null, new WorkflowContext()))).toEqual(['other']);
  },
);

test('the failure that a chunk states keeps its meaning', async () => {
  const [, refusal] = refusals[0] as [string, unknown[]];
  const retry = new RetryPrimitive(() => chunks(...refusal), { maxAttempts: 1 });
  const error = await retry.execute(null).catch((caught: unknown) => caught);
  expect(failureOf(error)).toMatchObject({ kind: 'server_error', retryable: true });
});

const preambles = [
  ['a start', [{ type: 'start' }, { type: 'start-step' }]],
  ['the head of a call', [{ type: 'stream-start' }, { type: 'response-metadata' }]],
  ['a ping before its message', [{ type: 'ping' }, { type: 'message_start' }]],
  [
    'the role of a completion',
    [
      {
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: { role: 'assistant', content: '', refusal: null } }],
      },
    ],
  ],
  ['a response in progress', ['created', 'queued', 'in_progress'].map((state) => ({ type: `response.${state}` }))],
] as const;

test.each(preambles)('a fallback takes the place of a stream that fails after %s', async (_, before) => {
  const broken = new Error('broken');
  const fallback = new FallbackPrimitive<null, AsyncIterable<unknown>>(
    () => chunks(...before, { type: 'error', error: broken }),
    [() => chunks('spare')],
  );
  expect(await read(await fallback.execute(null))).toEqual(['spare']);
});
