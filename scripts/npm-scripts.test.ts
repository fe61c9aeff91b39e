import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { print as printFaults } from '../benchmarks/faults/print.ts';
import { run, runToEnd } from './command.ts';
import { readManifest, root } from './workspace.ts';

const elsewhere = await mkdtemp(join(tmpdir(), 'npm-scripts-'));
afterAll(() => rm(elsewhere, { recursive: true }));

const savings = (...args: string[]) =>
  runToEnd(process.execPath, ['--conditions=tta-source', join(root, 'benchmarks/savings/main.ts'), ...args], {
    cwd: elsewhere,
  });

it('npm run tta is the command tta, from the sources', async () => {
  const help = await run('npm', ['run', '--silent', 'tta', '--', 'router', '--help'], { cwd: root });
  expect(help).toContain('Usage: tta router');
});

it('npm run bench:savings says which trace it wants, where none is given', async () => {
  const { exitCode, stderr } = await savings();
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /^bench:savings: a recorded trace is needed: give its file by --trace FILE, JSON lines .*Mooncake\n/,
  );
});

it('npm run bench:savings names a trace that is not there', async () => {
  const { exitCode, stderr } = await savings('--trace', 'none.jsonl');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^bench:savings: --trace names none\.jsonl, which is not there\n/);
});

it('npm run bench:faults prints one sentence if it has measured nothing', () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  printFaults([]);
  expect(log.mock.calls).toEqual([['No fault was tried to its end, so there are no times.']]);
  log.mockRestore();
});

it('npm run check runs every check', async () => {
  const { scripts = {} } = await readManifest(root);
  const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'));
  expect(scripts['check']?.split(' && ')).toEqual(checks.map((name) => `npm run ${name}`));
});
