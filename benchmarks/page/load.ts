import { setTimeout as sleep } from 'node:timers/promises';
import { startDashboard } from 'tta-dashboard';
import { type Browser, type CDPSession, openPage } from '../../packages/dashboard/src/__fixtures__/browser.ts';
import { ask, cached, router } from '../../packages/dashboard/src/__fixtures__/workflow.ts';

/** Memory in use after a collection, when everything that is bounded is full, and at the end. */
export interface Growth {
  readonly fromMb: number;
  readonly toMb: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly page: Growth;
  readonly process: Growth;
}

interface Load {
  readonly perSecond: number;
  readonly seconds: number;
}

/** By then everything that is bounded is full: the last minute of each chart, and the tables of the newest requests. */
const FULL_AFTER_MS = 70_000;

const TICK_MS = 10;

/** Sends requests while the Overview is open, and compares memory. Needs `--expose-gc`. */
export async function growthUnderLoad(browser: Browser, load: Load): Promise<LoadResult> {
  const dashboard = await startDashboard({ port: 0 });
  const opened = await openPage(browser, dashboard.url, { width: 1440, theme: 'light' });
  try {
    const session = await opened.page.context().newCDPSession(opened.page);
    const sender = new Sender(load.perSecond);
    await sender.sendFor(FULL_AFTER_MS);
    const [pageFrom, processFrom] = [await pageMb(session), processMb()];
    await sender.sendFor(load.seconds * 1_000);
    return {
      sent: sender.sent,
      page: { fromMb: pageFrom, toMb: await pageMb(session) },
      process: { fromMb: processFrom, toMb: processMb() },
    };
  } finally {
    await opened.close();
    await dashboard.close();
  }
}

/** Sends so many requests a second; what a busy machine was late with follows at once. */
class Sender {
  readonly #perSecond: number;
  readonly #workflow = cached(router());
  sent = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  async sendFor(ms: number): Promise<void> {
    const [startedAt, before] = [performance.now(), this.sent];
    for (let passed = 0; passed < ms; passed = performance.now() - startedAt) {
      const due = Math.floor((Math.min(ms, passed) * this.#perSecond) / 1_000);
      while (this.sent - before < due) await this.#send();
      await sleep(TICK_MS);
    }
  }

  async #send(): Promise<void> {
    this.sent += 1;
    const isLong = this.sent % 3 === 0;
    await this.#workflow.execute(ask(isLong ? `a long question ${this.sent % 500}` : `q ${this.sent % 500}`));
  }
}

async function pageMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { readonly usedSize: number };
  return usedSize / 1e6;
}

function processMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}
