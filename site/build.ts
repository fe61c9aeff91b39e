// npm run site: builds the documentation into site/dist. Parameters go to VitePress, such as `-- --base /docs/`.
import { join } from 'node:path';
import { run } from '../scripts/command.ts';
import { deadAnchors } from './anchors.ts';
import { install, prepare, writeForModels } from './prepare.ts';

const SITE = import.meta.dirname;

await install();
await prepare();
const vitepress = join(SITE, 'node_modules/vitepress/bin/vitepress.js');
await run(process.execPath, [vitepress, 'build', SITE, ...process.argv.slice(2)], { cwd: SITE, timeoutMs: 1_800_000 });
const dead = await deadAnchors(join(SITE, 'dist'));
if (dead.length > 0) throw new Error(`links lead to headings that do not exist:\n${dead.join('\n')}`);
await writeForModels(join(SITE, 'dist'));
console.log(`The site is in ${join(SITE, 'dist')}.`);
