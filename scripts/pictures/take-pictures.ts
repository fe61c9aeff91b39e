import { setTimeout as sleep } from 'node:timers/promises';
import { launch, openPage } from '../../packages/dashboard/src/__fixtures__/browser.ts';
import type { RequestPage } from '../../packages/dashboard/src/wire/index.ts';

/** One picture of the live page. */
interface Shot {
  readonly name: string;
  readonly theme: 'light' | 'dark';
  /** What the URL of the page ends in; undefined for a request that was streamed. */
  readonly hash: string | undefined;
}

const WIDTH = 1440;

const SCREENS = ['requests', 'routes', 'cache', 'resilience', 'savings', 'what-if'];

const SHOTS: readonly Shot[] = [
  { name: 'overview-light', theme: 'light', hash: '#/overview?range=1m' },
  { name: 'overview-dark', theme: 'dark', hash: '#/overview?range=1m' },
  ...SCREENS.map((name): Shot => ({ name, theme: 'light', hash: `#/${name}?range=1m` })),
  { name: 'request', theme: 'light', hash: undefined },
];

export interface Picture {
  readonly name: string;
  readonly png: Buffer;
}

/**
 * Takes the pictures of the documentation from a page that shows requests and money saved.
 *
 * @param program - the browser
 * @param settleMs - how long requests go on before the first picture
 */
export async function takePictures(program: string, url: string, settleMs = 0): Promise<Picture[]> {
  const browser = await launch(program);
  try {
    const pictures: Picture[] = [];
    await sleep(settleMs);
    for (const theme of ['light', 'dark'] as const) {
      const opened = await openPage(browser, url, { width: WIDTH, theme });
      await opened.page.locator('.hero .big.kept').waitFor();
      await opened.page.getByText(', Berlin (UTC').waitFor(); // the name of the zone comes after the figures
      for (const { name, hash } of SHOTS.filter((shot) => shot.theme === theme)) {
        await opened.show(hash ?? `#/requests/${encodeURIComponent(await streamedRequest(url))}?range=1m`);
        await opened.page.evaluate(
          'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
        );
        pictures.push({ name, png: await opened.page.screenshot({ fullPage: true }) });
      }
      await opened.close();
    }
    return pictures;
  } finally {
    await browser.close();
  }
}

/** The id of a request that the strong model answered as a stream; if there is no such request, of any other. */
async function streamedRequest(url: string): Promise<string> {
  const { rows } = (await (await fetch(`${url}api/requests?status=ok&limit=500`)).json()) as RequestPage;
  const streamed = rows.filter(({ firstChunkMs }) => firstChunkMs != null);
  const row = streamed.find(({ savedUsd }) => (savedUsd ?? 0) > 0) ?? streamed[0] ?? rows[0];
  if (row === undefined) throw new Error('the demo answered no requests');
  return row.id;
}
