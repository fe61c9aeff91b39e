import { streamText, wrapLanguageModel } from 'ai';
import { runInContext, WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { type MiddlewareOptions, ttaMiddleware } from './index.ts';

const usage = { inputTokens: { total: 1_000 }, outputTokens: { total: 100 } };
const PARTS = [
  { type: 'stream-start', warnings: [] },
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'Hello' },
  { type: 'text-end', id: '1' },
  { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage },
];

type Model = Parameters<typeof wrapLanguageModel>[0]['model'];

/** A model whose stream stays open after its parts. */
function staysOpen(options: MiddlewareOptions) {
  const cancels: unknown[] = [];
  const source = () =>
    new ReadableStream({
      start: (controller) => {
        for (const part of PARTS) controller.enqueue(part);
      },
      cancel: (reason) => void cancels.push(reason),
    });
  const model = {
    specificationVersion: 'v4',
    provider: 'openai.chat',
    modelId: 'gpt-4o-mini',
    supportedUrls: {},
    doStream: async () => ({ stream: source() }),
  } as unknown as Model; // it is only streamed
  return { cancels, model: wrapLanguageModel({ model, middleware: ttaMiddleware(options) }) };
}

it('a stream ends a second after its finish if its source stays open, and is counted and stored', async () => {
  const clock = manualClock();
  const { model, cancels } = staysOpen({ cache: {} });
  for (const [count, outcome] of ['miss', 'hit'].entries()) {
    let metadata: unknown;
    void runInContext(new WorkflowContext({ clock }), () => {
      const { text, providerMetadata } = streamText({ model, prompt: 'Hi', maxRetries: 0 });
      void Promise.all([text, providerMetadata]).then((given) => {
        metadata = given;
      });
    });
    await expect
      .poll(() => clock.advance(count === 0 ? 1_000 : 0).then(() => metadata))
      .toEqual([
        'Hello',
        { tta: { cacheOutcome: outcome, costUsd: expect.any(Number), savedUsd: expect.any(Number) } },
      ]);
  }
  expect(cancels).toHaveLength(1);
});
