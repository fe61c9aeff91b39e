import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium as launcher, type Page } from 'playwright-core';

export type { Browser, CDPSession } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** After so long a browser hangs; no test is to fail because the machine is slow. */
export const HANGS_MS = 120_000;

/** How a reader looks at the page. */
export interface Look {
  readonly width: number;
  readonly theme: 'light' | 'dark';
}

/** The looks of the design: wide and on a phone, by day and by night. */
export const LOOKS: readonly Look[] = [
  { width: 1440, theme: 'light' },
  { width: 1440, theme: 'dark' },
  { width: 360, theme: 'light' },
];

/** Every screen but the one of a request, as the URL names it, with its heading. */
export const SCREENS = ['overview', 'requests', 'routes', 'cache', 'resilience', 'savings', 'what-if'] as const;

/** A page in the browser, with everything that it complained about. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  /** Opens a screen and waits until it is drawn, charts included. */
  show(hash: string): Promise<void>;
  /** By how many pixels the page is wider than the window. */
  excess(): Promise<number>;
  /** Breaches of WCAG AA, as axe names them. */
  violations(): Promise<string[]>;
  close(): Promise<void>;
}

export async function launch(executablePath: string): Promise<Browser> {
  return await launcher.launch({ executablePath, args: ['--no-sandbox'] });
}

export async function openPage(browser: Browser, url: string, { width, theme }: Look): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(HANGS_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    complaints,
    async show(hash) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      const screen = /^#\/([\w-]+)(\/.)?/.exec(hash);
      const name = screen?.[2] === undefined ? screen?.[1] : 'request';
      await page.locator(`main[data-screen="${name}"] h1`).waitFor();
      await page.locator('.still').waitFor({ state: 'detached' });
      await page.locator('.chart.bare').first().waitFor({ state: 'detached' });
    },
    async excess() {
      return (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
    },
    async violations() {
      if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
      return (await page.evaluate(
        `axe.run(document, ${JSON.stringify({ runOnly: RULES, resultTypes: ['violations'] })}).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`,
      )) as string[];
    },
    close: () => context.close(),
  };
}
