import { RetryPrimitive, step } from 'tta-dev-primitives';
import { modelCall } from 'tta-observability-integration/llm';
import { RouterPrimitive, TimeoutPrimitive } from 'tta-observability-integration/primitives';
import { describe, expect, it, vi } from 'vitest';
import { HANGS_MS, type OpenPage } from './__fixtures__/browser.ts';
import { openFirst, PHONE, pageHarness, program } from './__fixtures__/page-harness.ts';
import { askAll, cached, modelStep, type Question, router } from './__fixtures__/workflow.ts';

vi.setConfig({ testTimeout: 10 * HANGS_MS });

const { start, startFilledWith, look } = pageHarness();

/** The line below a figure of the open request. */
const lineBelow = ({ page }: OpenPage, name: string): Promise<string | null> =>
  page.locator('.figure', { hasText: name }).locator('.change').textContent();

describe.skipIf(program === undefined)('the page of a request', () => {
  it('shows whole names of routes and steps on a phone', async () => {
    const { url } = await startFilledWith(askAssistant, 10);
    const opened = await look(url, PHONE);
    await opened.show('#/savings');
    const words = `[...document.querySelectorAll('.chart svg text.word')].map((word) => word.textContent)`;
    expect(await opened.page.evaluate(words)).toContain('to gpt-4o-mini');
    await openFirst(opened);
    const cut = `[...document.querySelectorAll('.waterfall .name .clip')]
      .filter((clip) => clip.querySelector('bdi').getBoundingClientRect().right > clip.getBoundingClientRect().right + 0.5)
      .map((clip) => clip.textContent)`;
    expect(await opened.page.locator('.waterfall .name .clip').count()).toBe(6);
    expect(await opened.page.evaluate(cut)).toEqual([]);
  });

  it('says how many tokens the provider read from its cache, and when there were none', async () => {
    const { url } = await start();
    await askAll(modelCall(cachedInPart, { model: 'gpt-4o', provider: 'openai' }), ['hi']);
    const opened = await look(url, PHONE);
    await openFirst(opened);
    expect(await lineBelow(opened, 'Tokens')).toBe('400 cached');
    await askAll(modelCall(modelStep('gpt-4o'), { model: 'gpt-4o', provider: 'openai' }), ['hi']);
    const other = await look(url, PHONE);
    await openFirst(other);
    expect(await lineBelow(other, 'Tokens')).toBe('none cached');
    expect(await lineBelow(other, 'Saved')).toBe('no baseline');
  });

  it('says after what an answer came, and prices the candidates to the same decimal', async () => {
    const { url } = await start();
    const limited = (): never => {
      throw Object.assign(new Error('slow down'), { status: 429 });
    };
    await askAll(router(limited), ['a long question']);
    const opened = await look(url);
    await openFirst(opened);
    expect(await opened.page.locator('.chip.attention').textContent()).toBe('from a fallback');
    const prices = await opened.page.locator('.candidates .num.ink').allTextContents();
    expect(prices).toHaveLength(2);
    expect(new Set(prices.map((price) => price.length))).toEqual(new Set(['$0.00000'.length]));
  });

  it('marks quarters of the time that can be told apart', async () => {
    const { url } = await start();
    await askAll(cached(router()), ['hi']);
    const opened = await look(url);
    await openFirst(opened);
    const marks = await opened.page.locator('.lane.scale u').allTextContents();
    expect(new Set(marks).size).toBe(5);
  });
});

/** Read in part from the cache of the provider. */
const cachedInPart = (question: Question): object => ({
  ...modelStep('gpt-4o')(question),
  usage: {
    ...{ prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
    prompt_tokens_details: { cached_tokens: 400 },
  },
});

/** Several layers around a router whose cheap route has the name of a model. */
async function askAssistant(): Promise<void> {
  const routing = new RouterPrimitive(
    {
      large: { step: modelStep('gpt-4o'), model: 'gpt-4o', provider: 'openai' },
      'gpt-4o-mini': { step: modelStep('gpt-4o-mini'), model: 'gpt-4o-mini', provider: 'openai' },
    },
    { strategy: () => 'gpt-4o-mini', defaultRoute: 'gpt-4o-mini', baseline: 'large' },
  );
  const retried = new RetryPrimitive(routing, { maxAttempts: 2 });
  const timed = new TimeoutPrimitive(cached(retried), { timeoutMs: HANGS_MS, operation: 'assistant' });
  const assistant = step('assistant', (question: Question, context) => timed.execute(question, context));
  await askAll(assistant, ['hello']);
}
