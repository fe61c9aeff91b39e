// npm run site: builds the documentation into site/dist. Parameters go to VitePress, such as `-- --base /docs/`.
import { join } from 'node:path';
import { run } from '../scripts/command.ts';
import { install, prepare, writeForModels } from './prepare.ts';

const SITE = import.meta.dirname;

await install();
await prepare();
const vitepress = join(SITE, 'node_modules/vitepress/bin/vitepress.js');
await run(process.execPath, [vitepress, 'build', SITE, ...process.argv.slice(2)], { cwd: SITE, timeoutMs: 1_800_000 });
await writeForModels(join(SITE, 'dist'));
console.log(`The site is in ${join(SITE, 'dist')}.`);
