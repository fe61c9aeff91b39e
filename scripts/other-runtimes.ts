// Runs every example on Bun and on Deno: npm run test:runtimes -- [bun|deno ...]
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoopbackProvider } from '../packages/observability/src/adapters/__fixtures__/provider.ts';
import { npmIn, run, runToEnd } from './command.ts';
import { providerEnv, SHOWN } from './shown-examples.ts';
import { root } from './workspace.ts';

const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** An example that prints nothing for so long hangs. */
const QUIET_MS = 2 * 60_000;

/** How each runtime runs a file with the sources of the packages. */
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  bun: ['--conditions=tta-source'],
  deno: ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--conditions=tta-source'],
};

const chosen = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'tta-runtimes-'));
const provider = await LoopbackProvider.start();
try {
  const runtimes = chosen.length > 0 ? chosen : Object.keys(RUNTIMES);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await npmIn(folder, ['install', '--no-save', ...runtimes], { timeoutMs: INSTALL_TIMEOUT_MS });
  for (const runtime of runtimes) if (!(await runAll(runtime))) process.exitCode = 1;
} finally {
  await provider[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}

/** Runs all examples, and prints one line, and one more for each that failed. */
async function runAll(runtime: string): Promise<boolean> {
  const program = join(folder, 'node_modules', '.bin', runtime);
  const [version] = (await run(program, ['--version'], { cwd: folder })).split('\n');
  const failed: string[] = [];
  const names = await readdir(join(root, 'examples'));
  for (const name of names) {
    const why = await failureOf(program, RUNTIMES[runtime] ?? [], name);
    if (why !== undefined) failed.push(`${name}: ${why}`);
  }
  console.log(`${runtime} ${version}: ${names.length - failed.length} passed, ${failed.length} failed`);
  for (const line of failed) console.log(`  ${line}`);
  return failed.length === 0;
}

/** Why an example does not show what it is for; undefined if it does. */
async function failureOf(program: string, options: readonly string[], name: string): Promise<string | undefined> {
  const { stdout, stderr, exitCode, isStopped } = await runToEnd(program, [...options, join('examples', name)], {
    cwd: root,
    env: { ...providerEnv(provider.url), REDIS_URL: undefined },
    quietMs: QUIET_MS,
  });
  if (isStopped) return 'it hangs';
  if (exitCode !== 0) return `exit code ${exitCode}: ${stderr.trim().split('\n').at(-1)}`;
  // Other runtimes print objects with other quotation marks, and on more lines.
  const quoted = stdout.replaceAll('"', "'");
  const printed = [stdout, quoted, quoted.replaceAll(/\n\s+/g, ' ')];
  const shown = SHOWN[name] ?? /a line of SHOWN/;
  return printed.some((text) => shown.test(text)) ? undefined : `it shows something else: ${stdout.slice(-200)}`;
}
