import { spawnSync } from 'node:child_process';
import { installDebianPackages } from './debian-packages.ts';

/** The programs that dashboards and alerts are tested with, by their names here. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly amtool: string;
}

/** What each is called: Debian's Alertmanager has a longer name than the original. */
const NAMES: Readonly<Record<keyof PrometheusPrograms, readonly string[]>> = {
  prometheus: ['prometheus'],
  promtool: ['promtool'],
  alertmanager: ['alertmanager', 'prometheus-alertmanager'],
  amtool: ['amtool'],
};

/**
 * Prometheus, its Alertmanager and their tools, from PATH, else from Debian's packages, which root installs.
 *
 * @returns undefined, after saying so on stderr, where one of them cannot be had
 * @throws Error instead when `REQUIRE_SERVICES=1`
 */
export function prometheusPrograms(): PrometheusPrograms | undefined {
  const programs = found() ?? (installDebianPackages('prometheus', 'prometheus-alertmanager') ? found() : undefined);
  if (programs !== undefined) return programs;
  const sentence =
    'Prometheus or Alertmanager is missing: install them (Debian: apt-get install prometheus prometheus-alertmanager) to test dashboards and alerts';
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(sentence);
  process.stderr.write(`${sentence}; these tests are skipped\n`);
  return undefined;
}

function found(): PrometheusPrograms | undefined {
  const entries = Object.entries(NAMES).map(([what, names]) => [what, names.find(runs)] as const);
  return entries.every(([, name]) => name !== undefined)
    ? (Object.fromEntries(entries) as unknown as PrometheusPrograms)
    : undefined;
}

function runs(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}
