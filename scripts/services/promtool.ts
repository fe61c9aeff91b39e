import { spawnSync } from 'node:child_process';
import { installDebianPackages } from './debian-packages.ts';

/**
 * The command that checks metrics and rules: `promtool` from PATH, else from Debian's package, which root installs.
 *
 * @returns undefined, after saying so on stderr, where it cannot be had
 * @throws Error instead when `REQUIRE_SERVICES=1`
 */
export function promtool(): string | undefined {
  if (runs('promtool', '--version')) return 'promtool';
  if (installDebianPackages('prometheus') && runs('promtool', '--version')) return 'promtool';
  const sentence = 'promtool is missing: install Prometheus (Debian: apt-get install prometheus) to check /metrics';
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(sentence);
  process.stderr.write(`${sentence}; these tests are skipped\n`);
  return undefined;
}

function runs(command: string, ...parameters: string[]): boolean {
  return spawnSync(command, parameters, { stdio: 'ignore' }).status === 0;
}
