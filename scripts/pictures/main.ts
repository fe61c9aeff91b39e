// npm run pictures: takes the pictures of docs/pictures anew from the running demo. It takes a minute and a half.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '../services/chromium.ts';
import { root } from '../workspace.ts';
import { startDemo } from './demo-process.ts';
import { smallerPng } from './smaller-png.ts';
import { takePictures } from './take-pictures.ts';

/** The demo fills the last minute, which is the first range of the page. */
const SETTLE_MS = 58_000;

const program = chromium();
if (program === undefined) throw new Error('the pictures need Chromium');
const folder = join(root, 'docs/pictures');
const demo = await startDemo();
try {
  const pictures = await takePictures(program, demo.url, SETTLE_MS);
  await mkdir(folder, { recursive: true });
  for (const { name, png } of pictures) await writeFile(join(folder, `${name}.png`), smallerPng(png));
} finally {
  await demo.stop();
}
