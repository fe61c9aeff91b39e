import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setup as buildPage } from '../../packages/dashboard/page/build.ts';
import { HANGS_MS, launch, openPage } from '../../packages/dashboard/src/__fixtures__/browser.ts';
import { chromium } from '../services/chromium.ts';
import { root } from '../workspace.ts';
import { startDemo } from './demo-process.ts';
import { smallerPng } from './smaller-png.ts';
import { takePictures } from './take-pictures.ts';

/** A table of text takes a fifth more or less, by what the demo has just sent. */
const MAX_BYTES = 250_000;

const program = chromium();
const folder = join(root, 'docs/pictures');

/** The pictures of the live page; those of dashboards are in a folder of their own. */
async function pictures(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.png'));
}

/** The size that the head of a PNG states. */
function sizeOf(png: Buffer): { readonly width: number; readonly height: number } {
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

describe.skipIf(program === undefined)('the pictures of the live page', () => {
  it('are taken of the running demo, which shows requests and money saved, and are those of the documentation', async () => {
    await buildPage();
    const demo = await startDemo();
    try {
      const taken = await takePictures(program as string, demo.url);
      const kept = (await pictures()).map((name) => name.replace('.png', ''));
      expect(taken.map(({ name }) => name).sort()).toEqual(kept.sort());
      for (const { name, png } of taken) {
        const small = smallerPng(png);
        expect(small.length, name).toBeLessThan(png.length);
        const { width, height } = sizeOf(small);
        const wanted = sizeOf(await readFile(join(folder, `${name}.png`)));
        expect([name, width, height >= 900]).toEqual([name, wanted.width, wanted.height >= 900]);
      }
    } finally {
      await demo.stop();
    }
  });

  it('show what a reader sees who opens the link at once: money saved, and requests that come in', async () => {
    await buildPage();
    const demo = await startDemo();
    const browser = await launch(program as string);
    try {
      const { page } = await openPage(browser, demo.url, { width: 1440, theme: 'light' });
      await page.locator('.hero .big.kept').waitFor();
      expect(await page.locator('.hero .big.kept').textContent()).toMatch(/^\$0?\.?\d*[1-9]/);
      const newest = (): Promise<string | null> => page.locator('a', { hasText: 'requests →' }).textContent();
      const before = await newest();
      await expect.poll(newest, { timeout: HANGS_MS }).not.toBe(before);
    } finally {
      await browser.close();
      await demo.stop();
    }
  });

  it('are small', async () => {
    for (const name of await pictures())
      expect((await readFile(join(folder, name))).length, name).toBeLessThan(MAX_BYTES);
  });
});
