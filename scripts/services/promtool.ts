import { spawnSync } from 'node:child_process';

/**
 * The command that checks metrics and rules: `promtool` from PATH, else from Debian's package, which root installs.
 *
 * @returns undefined, after saying so on stderr, where it cannot be had
 * @throws Error instead when `REQUIRE_SERVICES=1`
 */
export function promtool(): string | undefined {
  if (runs('promtool', '--version') || (canInstall() && installed())) return 'promtool';
  const sentence = 'promtool is missing: install Prometheus (Debian: apt-get install prometheus) to check /metrics';
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(sentence);
  process.stderr.write(`${sentence}; these tests are skipped\n`);
  return undefined;
}

function canInstall(): boolean {
  return process.getuid?.() === 0 && runs('apt-get', '--version');
}

/** Without the recommended packages, and without starting the server that the package brings. */
function installed(): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const options = { env, stdio: 'ignore', timeout: 240_000 } as const;
  spawnSync('apt-get', ['update'], options);
  spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'prometheus'], options);
  return runs('promtool', '--version');
}

function runs(command: string, ...parameters: string[]): boolean {
  return spawnSync(command, parameters, { stdio: 'ignore' }).status === 0;
}
