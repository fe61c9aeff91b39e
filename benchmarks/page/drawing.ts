import { type Browser, type CDPSession, openPage } from '../../packages/dashboard/src/__fixtures__/browser.ts';
import { startFilled } from '../../packages/dashboard/src/__fixtures__/filled-dashboard.ts';
import { askAll, cached, router } from '../../packages/dashboard/src/__fixtures__/workflow.ts';
import { longestTaskMs } from './main-thread.ts';

const LOOK = { width: 1440, theme: 'light' } as const;

/** How often the table is scrolled by hundreds of rows, and by a turn of the wheel. */
const JUMPS = 100;
const TURNS = 300;
const TURN_PX = 120;

const QUESTIONS = Array.from({ length: 60 }, (_, at) =>
  at % 3 === 2 ? 'hi' : at % 7 === 0 ? `a long question ${at}` : `q ${at}`,
);

const work = () => askAll(cached(router()), QUESTIONS, { tenantId: 'acme' });

export interface FirstPaint {
  /** On this machine as busy as it is, with the processor made slower. */
  readonly paintMs: number;
  /** CPU time of the page until the figures are drawn, as many times over as the processor is slower. */
  readonly cpuMs: number;
}

/** How long it takes until the page is seen. @param slower - how many times slower than this processor */
export async function firstPaint(browser: Browser, slower: number): Promise<FirstPaint> {
  const dashboard = await startFilled(1_000, work);
  const opened = await openPage(browser, 'about:blank', LOOK);
  try {
    const session = await opened.page.context().newCDPSession(opened.page);
    const draw = async (): Promise<void> => {
      await opened.page.goto(dashboard.url);
      await opened.page.locator('.hero').waitFor();
    };
    const cpuMs = slower * (await cpuOf(session, draw));
    await opened.page.goto('about:blank');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await draw();
    const paint = `performance.getEntriesByName('first-contentful-paint')[0].startTime`;
    return { paintMs: (await opened.page.evaluate(paint)) as number, cpuMs };
  } finally {
    await opened.close();
    await dashboard.close();
  }
}

/** The most CPU time of one task of the page, while the table is scrolled from its top to its end and with the wheel. */
export async function longestScrollTaskMs(browser: Browser, requests: number): Promise<number> {
  const dashboard = await startFilled(requests, work);
  const opened = await openPage(browser, dashboard.url, LOOK);
  try {
    await opened.show('#/requests?range=1h');
    await opened.page.locator('tr.opens:not(.loading)').first().waitFor();
    return await longestTaskMs(browser, opened.page, async () => {
      for (let jump = 1; jump <= JUMPS; jump += 1) await opened.page.evaluate(jumpTo(jump / JUMPS));
      await opened.page.locator('.rows-frame').hover();
      for (let turn = 0; turn < TURNS; turn += 1) await opened.page.mouse.wheel(0, -TURN_PX);
      await opened.page.evaluate(LOADED);
    });
  } finally {
    await opened.close();
    await dashboard.close();
  }
}

/** Waits until the rows in view are loaded. */
const LOADED = `(async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame(); // the browser says that it scrolled
  do await frame(); while (document.querySelector('tr.loading') !== null);
})()`;

/** Scrolls the table to a part of its height. */
function jumpTo(part: number): string {
  return `{
    const frame = document.querySelector('.rows-frame');
    frame.scrollTop = ${part} * (frame.scrollHeight - frame.clientHeight);
  }
  ${LOADED}`;
}

/** The CPU time that the thread of a page takes for some work, in milliseconds: other programs are not in it. */
async function cpuOf(session: CDPSession, work: () => Promise<unknown>): Promise<number> {
  const before = await taskMs(session);
  await work();
  return (await taskMs(session)) - before;
}

async function taskMs(session: CDPSession): Promise<number> {
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const { metrics } = (await session.send('Performance.getMetrics')) as {
    readonly metrics: readonly { readonly name: string; readonly value: number }[];
  };
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
}
