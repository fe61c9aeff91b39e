import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it, vi } from 'vitest';
import { namedZone } from '../page/src/format/__fixtures__/named-zone.ts';
import { createClock } from '../page/src/format/clock.ts';
import { HANGS_MS, LOOKS, type Look, type OpenPage, SCREENS } from './__fixtures__/browser.ts';
import { jsonExport } from './__fixtures__/otlp.ts';
import { openFirst, PHONE, pageHarness, program, WIDE } from './__fixtures__/page-harness.ts';
import { makeTrouble } from './__fixtures__/troubled-workflow.ts';
import { askAll, cached, modelStep, type Question, router } from './__fixtures__/workflow.ts';
import { openDashboard } from './open-dashboard.ts';

vi.setConfig({ testTimeout: 10 * HANGS_MS });

const { keep, start, startFilledWith, look } = pageHarness();

/** Every width. A theme changes colours only, which the tests of WCAG look at. */
const WIDTHS: readonly Look[] = [WIDE, PHONE];

const startMany = (count: number): Promise<{ url: string }> =>
  startFilledWith(() => askAll(cached(router()), questions(60), { tenantId: 'acme' }), count);

/** Questions: every third was asked before, and every seventh is long. */
function questions(count: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    at % 3 === 2 ? 'hi' : at % 7 === 0 ? `a long question ${at}` : `q ${at}`,
  );
}

const text = ({ page }: OpenPage, selector: string): Promise<string | null> =>
  page.locator(selector).first().textContent();

const bannersOf = async ({ page }: OpenPage): Promise<string[]> =>
  (await page.evaluate(`[...document.querySelectorAll('.banner b')].map((title) => title.textContent)`)) as string[];

/** Opens the page in every look at the same time. */
async function inEveryLook(
  url: string,
  looks: readonly Look[],
  check: (opened: OpenPage) => Promise<void>,
): Promise<void> {
  await Promise.all(looks.map(async (at) => check(await look(url, at))));
}

type See = (screen: string) => Promise<void>;

/** Shows every screen and the newest request, and sees that none is wider than the window and nothing is complained about. */
async function showAll(opened: OpenPage, see?: See): Promise<void> {
  await showScreens(opened, { isEmpty: false, see });
  await openFirst(opened);
  expect(await opened.excess(), 'request').toBe(0);
  await see?.('request');
  expect(opened.complaints).toEqual([]);
}

interface Expected {
  /** Whether each screen says that there was no request yet. */
  readonly isEmpty: boolean;
  readonly see?: See | undefined;
}

async function showScreens(opened: OpenPage, { isEmpty, see }: Expected): Promise<void> {
  for (const screen of SCREENS) {
    await opened.show(`#/${screen}`);
    expect(await opened.page.locator('.empty').count(), screen).toBe(isEmpty ? 1 : 0);
    expect(await opened.excess(), screen).toBe(0);
    await see?.(screen);
  }
  expect(opened.complaints).toEqual([]);
}

describe.skipIf(program === undefined)('the page in a browser', () => {
  it('draws every screen without a complaint in every width, with 100,000 requests', async () => {
    const { url } = await startMany(100_000);
    await inEveryLook(url, WIDTHS, (opened) => showAll(opened));
  });

  it('says on every screen in every width that there was no request yet', async () => {
    const { url } = await startMany(0);
    await inEveryLook(url, WIDTHS, (opened) => showScreens(opened, { isEmpty: true }));
  });

  it('keeps to WCAG AA on every screen in every look, with every panel filled and in every kind of trouble', async () => {
    const { url } = await startFilledWith(makeTrouble, 50);
    await inEveryLook(url, LOOKS, async (opened) => {
      await showAll(opened, async (screen) => expect(await opened.violations(), screen).toEqual([]));
      await opened.show('#/overview');
      expect(new Set(await bannersOf(opened))).toEqual(
        new Set([
          'The breaker of docs is open',
          'The store of support.faq cannot be reached (connect)',
          'gpt-4o-mini is cooling',
          'large is cooling',
          'The budget of acme is used up',
          '3 answers have no price',
        ]),
      );
    });
  });

  it('keeps to WCAG AA before the first request', async () => {
    const { url } = await start();
    await inEveryLook(url, LOOKS, async (opened) => {
      await opened.page.locator('.empty h1').waitFor();
      expect(await opened.violations()).toEqual([]);
    });
  });

  it('lets the cards of routes fill their row', async () => {
    const { url } = await startMany(50);
    const opened = await look(url);
    await opened.show('#/routes');
    const edges = `[document.querySelector('.cards'), document.querySelector('.cards').lastElementChild]
      .map((box) => Math.round(box.getBoundingClientRect().right))`;
    const [row, card] = (await opened.page.evaluate(edges)) as number[];
    expect(await opened.page.locator('.cards > *').count()).toBe(2);
    expect(card).toBe(row);
  });

  it('draws no label of a threshold over another on a phone', async () => {
    const { url } = await startFilledWith(makeTrouble, 50);
    const opened = await look(url, PHONE);
    await opened.show('#/routes');
    const boxes = `[...document.querySelectorAll('text.threshold')].map((label) => label.getBoundingClientRect())`;
    expect(await opened.page.locator('text.threshold').allTextContents()).toContain('large above');
    expect(await opened.page.getByText('By complexity').count()).toBe(1);
    const overlaps = `${boxes}.map(({ left, right, top }, at, all) => all.slice(at + 1)
      .filter((other) => other.left < right && left < other.right && Math.abs(other.top - top) < 10).length)`;
    expect(await opened.page.evaluate(overlaps)).toEqual([0, 0, 0]);
  });

  it('shows the figures that the primitives count', async () => {
    const { url } = await start();
    const routing = router();
    const caching = cached(routing);
    await askAll(caching, questions(50));
    const { routes, costSavingsUsd } = routing.getStats();
    const stats = caching.getStats();
    const opened = await look(url);
    await opened.show('#/overview');
    const title = (selector: string) => opened.page.locator(selector).first().getAttribute('title');
    const usd = (amount: number): string => `$${amount.toFixed(8)}`;
    expect(await title('.hero .big span[title]')).toBe(usd(costSavingsUsd + stats.costSavingsUsd));
    expect(await title('.figure:nth-child(1) .value span')).toBe(usd(routes.large.costUsd + routes.small.costUsd));
    expect(await text(opened, '.figure:nth-child(2) .value')).toBe(String(stats.total));
    expect(await title('.figure:nth-child(3) .value span')).toBe(`${(stats.hitRate * 100).toFixed(3)} %`);
    await opened.show('#/savings');
    expect(await title('tfoot span[title^="$"]')).toBe(usd(costSavingsUsd + stats.costSavingsUsd));
    await opened.show('#/routes');
    expect(await title('.card:has-text("large") dd span')).toBe(usd(routes.large.costUsd));
  });

  it('shows a fault of the provider, and nothing of it before', async () => {
    const { url } = await start();
    let isDown = false;
    const provider = (question: Question): object => {
      if (isDown) throw Object.assign(new Error('overloaded'), { status: 529 });
      return modelStep('gpt-4o')(question);
    };
    const steps = { only: { step: provider, model: 'gpt-4o', provider: 'openai' } };
    const { RouterPrimitive } = await import('tta-observability-integration/primitives');
    const routing = new RouterPrimitive(steps, { strategy: () => 'only', defaultRoute: 'only' });
    await askAll(routing, ['one']);
    const opened = await look(url);
    await opened.show('#/overview');
    expect(await opened.page.locator('tbody .trouble').count()).toBe(0);
    isDown = true;
    await askAll(routing, ['two']);
    await opened.page.locator('tbody .trouble').waitFor();
    expect(await text(opened, '.figure:nth-child(4) .value span')).toBe('1');
  });

  it('shows the times at which requests ended, in the order of the table', async () => {
    const dashboard = keep(await openDashboard({ port: 0 }));
    const at = Date.now() - 60_000;
    const send = async (trace: string, startMs: number, endMs: number): Promise<void> => {
      const body = jsonExport([{ name: 'chat', spanId: '00f067aa0ba902b7', startMs, endMs, attributes: GPT }], trace);
      const headers = { 'content-type': 'application/json' };
      await fetch(`${dashboard.url}v1/traces`, { method: 'POST', headers, body });
    };
    const opened = await look(dashboard.url);
    await send('1'.repeat(32), at + 10_000, at + 12_000);
    await opened.show('#/requests');
    await opened.page.locator('tr.opens').first().waitFor();
    await send('2'.repeat(32), at, at + 30_000);
    await opened.page.locator('tr.opens').nth(1).waitFor();
    const cells = `[...document.querySelectorAll('td[data-column=time]')].map((cell) => cell.textContent)`;
    const times = await opened.page.evaluate(cells);
    expect(times).toHaveLength(2);
    await opened.page.getByText(', Berlin (UTC+').waitFor();
    const clock = createClock(namedZone('Europe/Berlin'));
    expect(times).toEqual([at + 30_000, at + 12_000].map((ended) => clock.time(ended)));
  });

  it('restores the view after a reload, by the back button and from a shared link', async () => {
    const { url } = await start();
    await askAll(cached(router()), questions(40), { tenantId: 'acme' });
    const opened = await look(url);
    const { page } = opened;
    await opened.show('#/requests');
    await page.locator('.facets label', { hasText: 'miss' }).click();
    await page.getByRole('button', { name: 'Total' }).click();
    await page.locator('.filter-chip', { hasText: 'miss' }).waitFor();
    const shared = page.url();
    expect(shared).toMatch(/#\/requests\?cache=miss&sort=total$/);
    await page.locator('tr.opens').nth(3).click();
    await page.locator('.waterfall').waitFor();
    await page.reload();
    await page.locator('.waterfall').waitFor();
    await page.goBack();
    await page.locator('.filter-chip', { hasText: 'miss' }).waitFor();
    expect(page.url()).toBe(shared);
    const other = await look(shared);
    await other.page.locator('.filter-chip', { hasText: 'miss' }).waitFor();
    expect(await other.page.locator('th[aria-sort]').textContent()).toContain('Total');
  });

  it('obeys the keys', async () => {
    const { url } = await start();
    await askAll(cached(router()), questions(30), { tenantId: 'acme' });
    const { page, show } = await look(url);
    await show('#/requests');
    await page.locator('tr.opens').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await page.locator('tr.chosen').getAttribute('aria-rowindex')).toBe('2');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('f');
    await page.locator('.filter-chip', { hasText: 'acme' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.waterfall').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.rows-frame').waitFor();
    await page.keyboard.press('p');
    expect(await page.locator('.live').first().textContent()).toBe('Paused');
    await page.keyboard.press('?');
    expect(await page.locator('dialog[open]').textContent()).toContain('filter by the cell');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('nothing is called so');
    await page.getByText('No request in this range matches').waitFor();
  });

  it('holds new rows back while the reader is further down, and draws few of very many', async () => {
    const { url } = await start();
    const workflow = cached(router());
    await askAll(workflow, questions(500));
    const { page, show } = await look(url);
    await show('#/requests');
    await page.evaluate('document.querySelector(".rows-frame").scrollTo(0, 9000)');
    await page.locator('tr[aria-rowindex="310"]').waitFor();
    expect(await page.locator('tr.opens').count()).toBeLessThan(100);
    await askAll(workflow, ['new 1', 'new 2']);
    await page.getByRole('button', { name: '2 new' }).click();
    await page.locator('tr[aria-rowindex="2"]').waitFor();
    expect(await page.locator('.rows-frame table').getAttribute('aria-rowcount')).toBe('503');
  });

  it('shows nothing of another request where a row is not loaded', async () => {
    const { url } = await start();
    await askAll(cached(router()), questions(500));
    const { page, show } = await look(url);
    await show('#/requests');
    await page.locator('tr.opens:not(.loading)').first().waitFor();
    await page.evaluate('void (globalThis.fetch = () => new Promise(() => {}))');
    await page.evaluate('document.querySelector(".rows-frame").scrollTo(0, 9000)');
    await page.locator('tr.loading[aria-rowindex="310"]').waitFor({ state: 'attached' });
    const shown = `[...document.querySelectorAll('tr.loading')].map((row) => row.innerText.trim())`;
    expect(new Set((await page.evaluate(shown)) as string[])).toEqual(new Set(['']));
    expect(await page.locator('tr.loading[aria-selected="true"]').count()).toBe(0);
  });

  it('says when it has lost the server, and goes on when that is back', async () => {
    const { url, close } = await start();
    await askAll(cached(router()), ['hi']);
    const { page, show } = await look(url);
    await show('#/overview');
    await page.getByText('Live', { exact: false }).first().waitFor();
    await close();
    await page.getByText('Reconnecting, last seen').waitFor();
    await start({ port: Number(new URL(url).port) });
    await page.getByText('Waiting').waitFor();
  });

  it('shows hostile names as text, which break no layout', async () => {
    const { url } = await start();
    for (const name of HOSTILE) await ask(name);
    await inEveryLook(url, WIDTHS, (opened) =>
      showAll(opened, async (screen) =>
        expect(await opened.page.locator('main :is(img, script, iframe)').count(), screen).toBe(0),
      ),
    );
  });
});

const GPT = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o' };

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "';alert(1)//",
  'x'.repeat(10_000),
  'word '.repeat(2_000),
  '\u202Egnp.exe',
  'שלום עולם',
  'مرحبا بالعالم',
  '🧪🔥👩‍👩‍👧‍👦',
  'line\nbreak\r\nand\ttab',
  '   ',
  '\u200b\u200b',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L',
  '../../etc/passwd',
  '{{7*7}}',
  'NULL',
  '__proto__',
  '&lt;b&gt;&amp;',
  '%00%0a#/requests?q=x',
  'ＦＵＬＬ　ＷＩＤＴＨ',
];

/** Uses the name as a route, a model, an operation and a tenant at once. */
async function ask(name: string): Promise<void> {
  const { CachePrimitive, memoryStore, RouterPrimitive } = await import('tta-observability-integration/primitives');
  const named = Object.fromEntries([[name, { step: modelStep(name), model: name, provider: 'openai' }]]);
  const routing = new RouterPrimitive(named, { strategy: () => name, defaultRoute: name });
  const caching = new CachePrimitive(routing, { store: memoryStore({ maxBytes: 1_000_000 }), operation: name });
  const question = { model: name, temperature: 0, messages: [{ role: 'user', content: 'hi' }] } as const;
  await caching.execute(question, new WorkflowContext({ tenantId: name })).catch(() => {});
}
