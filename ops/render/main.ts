// npm run ops:pictures: draws every dashboard over a real Prometheus in a real browser, and writes docs/pictures/grafana.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, openPage } from '../../packages/dashboard/src/__fixtures__/browser.ts';
import { smallerPng } from '../../scripts/pictures/smaller-png.ts';
import { chromium } from '../../scripts/services/chromium.ts';
import { prometheusPrograms } from '../../scripts/services/prometheus-programs.ts';
import { eventually } from '../../scripts/services/redis-command.ts';
import { BOARDS } from '../boards/boards.ts';
import { startAlertmanager } from '../live/alertmanager.ts';
import { startPrometheus } from '../live/prometheus.ts';
import { startWorkload } from '../live/workload.ts';
import { bundlePage } from './bundle.ts';
import { servePage } from './page-server.ts';

const PICTURES = join(import.meta.dirname, '../../docs/pictures/grafana');
/** What the panels show. */
const SECONDS = 60;
const WIDTH = 1200;

/** Panels measure themselves and are drawn again. */
const FRAMES =
  'new Promise((done) => { let left = 30; const next = () => (left-- > 0 ? requestAnimationFrame(next) : done()); next(); })';
/** The packages have no fonts; the next one of the list is used. */
const NO_FONT = /font/;

/** What a graph says if it has nothing to show; a table has no cells then. */
const NO_DATA = 'No data';

/** The dashboards to draw; all of them if none is named. */
const asked = process.argv.slice(2);

const programs = prometheusPrograms();
const browserProgram = chromium();
if (programs === undefined || browserProgram === undefined) {
  throw new Error('the pictures need Prometheus, Alertmanager and Chromium');
}
const bundleFolder = await mkdtemp(join(tmpdir(), 'tta-page-'));
bundlePage(bundleFolder);
const workload = await startWorkload();
const alertmanager = await startAlertmanager(programs.alertmanager);
const prometheus = await startPrometheus({
  program: programs.prometheus,
  targets: { 'tta-faults': new URL(workload.metricsUrl).host },
  alertmanager: alertmanager.url,
});
const page = await servePage({ bundleFolder, prometheusUrl: prometheus.url, seconds: SECONDS });
const browser = await launch(browserProgram);
try {
  const isFilled = async (): Promise<boolean> =>
    (await prometheus.query(`up{job="tta-faults"} offset ${SECONDS}s`)).length > 0;
  await eventually('the panels are filled', isFilled, 4 * SECONDS * 1_000);
  await mkdir(PICTURES, { recursive: true });
  for (const { uid } of BOARDS.filter((board) => asked.length === 0 || asked.includes(board.uid))) {
    const opened = await openPage(browser, `${page.url}/?board=${uid}`, { width: WIDTH, theme: 'dark' });
    await opened.page.locator('body[data-drawn]').waitFor();
    // Tables are drawn only where they are in the window.
    const height = (await opened.page.evaluate('document.documentElement.scrollHeight')) as number;
    await opened.page.setViewportSize({ width: WIDTH, height });
    await opened.page.evaluate(FRAMES);
    const png = await opened.page.screenshot({ fullPage: true });
    const complaints = opened.complaints.filter((complaint) => !NO_FONT.test(complaint));
    const tables = opened.page.locator('[data-kind=table]:not(:has([role=gridcell]))');
    const empty = (await opened.page.getByText(NO_DATA).count()) + (await tables.count());
    if (complaints.length > 0 || empty > 0) {
      throw new Error(`${uid}: ${empty} panels are empty; ${complaints.join('; ')}`);
    }
    await writeFile(join(PICTURES, `${uid}.png`), smallerPng(png));
    console.log(`drew ${uid}`);
    await opened.close();
  }
} finally {
  await browser.close();
  page.close();
  await workload.stop();
  await prometheus.stop();
  await alertmanager.stop();
  await rm(bundleFolder, { recursive: true });
}
