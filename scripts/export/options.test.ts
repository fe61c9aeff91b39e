import { describe, expect, it } from 'vitest';
import { runToEnd } from '../command.ts';
import { root } from '../workspace.ts';
import { exportOptions } from './options.ts';
import { ExportRefusal } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('exportOptions', () => {
  it('takes the target from --to, else from TTA_DEV_REPO', () => {
    expect(exportOptions(['--to', 'a'], { TTA_DEV_REPO: 'b' })?.to).toBe('a');
    expect(exportOptions([], { TTA_DEV_REPO: 'b' })?.to).toBe('b');
    expect(exportOptions([], { TTA_DEV_REPO: '' })?.to).toBeUndefined();
  });

  it.each([[['--too', 'x']], [['extra']], [['--to']], [['--to', '']], [['--dry-run=maybe']]])('refuses %j', (args) => {
    expect(() => exportOptions(args, {})).toThrow(ExportRefusal);
  });
});

describe('the command', () => {
  const command = (...args: string[]) =>
    runToEnd(process.execPath, ['scripts/export.ts', ...args], { cwd: root, env: { TTA_DEV_REPO: undefined } });

  it('prints its help', async () => {
    const { exitCode, stdout } = await command('--help');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run export -- \[--to DIR\]/);
  });

  it('refuses a target before any work, in one sentence and with exit code 2', async () => {
    await using target = await temporaryFolder({ 'package.json': '{}' });
    const { exitCode, stdout, stderr } = await command('--to', target.path);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^\S+ is not a workspace: .*\.\n$/);
  });

  it('is what the script of the Python project runs', async () => {
    const script = await runToEnd('scripts/export-observability-package.sh', ['--help'], { cwd: root });
    expect(script.stdout).toBe((await command('--help')).stdout);
  });
});
