import type { Browser, OpenPage } from '../../packages/dashboard/src/__fixtures__/browser.ts';

/** What Chromium traces. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** CPU time of the thread, in microseconds; events without a length have none. */
  readonly tdur?: number;
}

/** Tells the thread of the page from those of the browser's other pages. */
const MARK = 'tta-bench';

/** A task as Chromium's scheduler runs it. */
const TASK = 'ThreadControllerImpl::RunTask';

/**
 * The most CPU time of one task on the main thread of a page while some work is done, in milliseconds. Nothing else happens on the page during
 * a task: neither input nor a frame.
 */
export async function longestTaskMs(
  browser: Browser,
  page: OpenPage['page'],
  work: () => Promise<unknown>,
): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', (data) => {
    events.push(...(data as { readonly value: readonly TraceEvent[] }).value);
  });
  const traceConfig = { includedCategories: ['toplevel', 'blink.user_timing'] };
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  await page.evaluate(`void performance.mark(${JSON.stringify(MARK)})`);
  await work();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  const thread = events.find(({ name }) => name === MARK);
  if (thread === undefined) throw new Error('the trace of Chromium does not contain the page');
  const tasks = events.filter(({ name, pid, tid }) => name === TASK && pid === thread.pid && tid === thread.tid);
  if (tasks.length === 0) throw new Error(`the trace of Chromium contains no ${TASK} of the page`);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1_000;
}
