// npm run site:dev: serves the documentation, and shows a change of a page at once. Parameters go to VitePress, such as `-- --port 5174`.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/workspace.ts';
import { install, prepare, writeSources } from './prepare.ts';

const SITE = import.meta.dirname;

await install();
await prepare();
for (const folder of ['docs', 'packages', 'examples']) {
  watch(join(root, folder), { recursive: true }, (_, file) => {
    if (file !== null && /\.md$|^[\w-]+\.ts$/.test(file)) void writeSources();
  }).unref();
}
const vitepress = join(SITE, 'node_modules/vitepress/bin/vitepress.js');
const server = spawn(process.execPath, [vitepress, 'dev', SITE, ...process.argv.slice(2)], {
  cwd: SITE,
  stdio: 'inherit',
});
server.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
