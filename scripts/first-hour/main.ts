// npm run first-hour: walks docs/first-hour.md and docs/first-calls.md as a reader does, in a fresh clone and in empty projects, and prints
// how long each step takes. The providers are stand-ins on the loopback; Redis and the receiver of spans are real.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDashboard } from 'tta-dashboard';
import { LoopbackProvider } from '../../packages/observability/src/adapters/__fixtures__/provider.ts';
import { foreignEnvironment, run } from '../command.ts';
import { startRedis } from '../services/redis.ts';
import { providerEnv } from '../shown-examples.ts';
import { root } from '../workspace.ts';
import { SHOWN } from './shown.ts';
import { type Action, readSteps, type Step } from './steps.ts';

await using cleanup = new AsyncDisposableStack();
const work = await mkdtemp(join(tmpdir(), 'tta-first-hour-'));
cleanup.defer(() => rm(work, { recursive: true, force: true }));
const [clone, project, tarballs] = ['clone', 'project', 'tarballs'].map((name) => join(work, name)) as [
  string,
  string,
  string,
];
await mkdir(project);
await mkdir(tarballs);

const provider = cleanup.use(await LoopbackProvider.start());
const redis = await startRedis();
if (redis === undefined) throw new Error('first-hour: a Redis server is needed');
cleanup.defer(() => redis.stop());
const receiver = await openDashboard({ port: 0 });
cleanup.defer(() => receiver.close());
const env = {
  ...foreignEnvironment(),
  ...providerEnv(provider.url),
  REDIS_URL: redis.url,
  OTEL_EXPORTER_OTLP_ENDPOINT: new URL(receiver.url).origin,
  OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  TARBALLS: tarballs,
};

/** What the commands of a section print, where it is not what its program prints once. */
const WALKED: Readonly<Record<string, RegExp>> = {
  '1. See money saved': /saved/,
  '4. Share answers in Redis': /^miss\nhit$/m,
};

/** Runs what a section says, and prints its time. @returns what its commands printed */
async function walk({ title, actions }: Step, folderOf: (action: Action) => string): Promise<string> {
  const start = performance.now();
  let printed = '';
  for (const action of actions) {
    const cwd = folderOf(action);
    if (action.kind === 'program') await writeFile(join(cwd, action.file), action.code);
    else printed += await run('bash', ['-euc', action.commands], { cwd, env, timeoutMs: 3_600_000 });
  }
  console.log(`${((performance.now() - start) / 1_000).toFixed(0).padStart(4)} s  ${title}`);
  return printed;
}

function expectShown(title: string, printed: string, shown: RegExp): void {
  if (!shown.test(printed)) throw new Error(`first-hour: "${title}" printed\n${printed}\nand not ${shown}`);
}

await run('git', ['clone', '--quiet', root, clone], { cwd: work });
const isOfClone = (action: Action): boolean =>
  action.kind === 'commands' && /^npm (?:ci|run build)/m.test(action.commands);
for (const step of await readSteps('first-hour.md')) {
  const printed = await walk(step, (action) => (isOfClone(action) ? clone : project));
  const shown = WALKED[step.title] ?? SHOWN[step.title];
  if (shown !== undefined) expectShown(step.title, printed, shown);
}
const { rows } = (await (await fetch(`${receiver.url}api/requests`)).json()) as { rows: readonly unknown[] };
if (rows.length === 0) throw new Error('first-hour: the receiver has no span of "5. Send telemetry"');

console.log('\nFirst call with each SDK, from an empty project:');
for (const { title, actions } of await readSteps('first-calls.md')) {
  const home = join(work, title.replaceAll(/\W/g, '-'));
  await mkdir(home);
  const commands = (text: string): Action => ({ kind: 'commands', commands: text });
  const begin = 'npm init --yes >/dev/null; npm pkg set type=module; npm install "$TARBALLS"/tta-*.tgz\n';
  const step = { title, actions: [commands(begin), ...actions, commands('node first-call.ts\n')] };
  expectShown(title, await walk(step, () => home), SHOWN[title] ?? /a line of SHOWN/);
}
