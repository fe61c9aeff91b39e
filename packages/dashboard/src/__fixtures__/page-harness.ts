import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { chromium } from '../../../../scripts/services/chromium.ts';
import type { RunningDashboard } from '../serve.ts';
import { type StartDashboardOptions, startDashboard } from '../start-dashboard.ts';
import { type Look, launch, type OpenPage, openPage } from './browser.ts';
import { startFilled } from './filled-dashboard.ts';

export const WIDE: Look = { width: 1440, theme: 'light' };
export const PHONE: Look = { width: 360, theme: 'dark' };

interface Closable {
  close(): Promise<void>;
}

/** A browser for the tests of a file, which closes after each test what that has opened. */
export interface PageHarness {
  /** Closes something after the test. */
  keep<Opened extends Closable>(opened: Opened): Opened;
  /** Serves the page of this process. */
  start(options?: StartDashboardOptions): Promise<RunningDashboard>;
  /** Serves so many requests of some work. */
  startFilledWith(work: () => Promise<void>, count: number): Promise<{ readonly url: string }>;
  /** Opens a page. @param at - {@link WIDE} unless given */
  look(url: string, at?: Look): Promise<OpenPage>;
}

/** The browser of the machine, if it has one. */
export const program = chromium();

export function pageHarness(): PageHarness {
  let browser: Browser | undefined;
  const open: Closable[] = [];
  beforeAll(async () => {
    if (program !== undefined) browser = await launch(program);
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
  const keep = <Opened extends Closable>(opened: Opened): Opened => {
    open.push(opened);
    return opened;
  };
  return {
    keep,
    start: async (options) => keep(await startDashboard({ port: 0, name: 'shop-assistant', ...options })),
    startFilledWith: async (work, count) => keep(await startFilled(count, work)),
    look: async (url, at = WIDE) => keep(await openPage(browser as Browser, url, at)),
  };
}

/** Opens the newest request from the table. */
export async function openFirst({ page, show }: OpenPage): Promise<void> {
  await show('#/requests');
  await page.locator('a:has(.two-lines), tr.opens').first().click();
  await page.locator('.waterfall').waitFor();
}
