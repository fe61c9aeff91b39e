import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { root } from './workspace.ts';

const CONFIGURATION =
  "export default { test: { coverage: { include: ['packages/*/src/**'], exclude: ['**/*.test.js'] } } };";

const files: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'all', type: 'module', workspaces: ['packages/*'] }),
  'vitest.config.js': CONFIGURATION,
  'packages/ripe/package.json': JSON.stringify({ name: 'ripe', type: 'module' }),
  'packages/ripe/src/a.js': 'export const a = () => 1;\n',
  'packages/ripe/src/a.test.js': `
    import { expect, it } from 'vitest';
    import { a } from './a.js';
    it('gives 1', () => expect(a()).toBe(1));`,
  'packages/raw/package.json': JSON.stringify({ name: 'raw', type: 'module' }),
  'packages/raw/src/b.js': 'export const b = () => 1;\n',
};

it('tta maturity reads the reports that the commands of its documentation make', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tta-maturity-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const documented = await readFile(join(root, 'packages/cli/README.md'), 'utf8');
  const [, vitest = '', checks = ''] =
    /\n(npx vitest run .*)\n(echo .* > coverage\/checks\.json).*\nnpx tta maturity\n/.exec(documented) ?? [];
  expect([vitest, checks]).not.toContain('');
  const main = join(root, 'packages/cli/src/main.ts');
  const tta = `"${process.execPath}" --conditions=tta-source "${main}" maturity --json || true`; // a gate fails
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
  const { stdout } = await promisify(execFile)('bash', ['-ec', `${vitest} >&2; ${checks}; ${tta}`], {
    cwd: folder,
    env,
  });
  const found = JSON.parse(stdout) as readonly { readonly component: string; readonly stage: string }[];
  expect(found.map(({ component, stage }) => [component, stage])).toEqual([
    ['raw', 'development'],
    ['ripe', 'production'],
  ]);
});
