// npm run first-hour: walks docs/first-hour.md and docs/first-calls.md as a reader does, in a fresh clone and in empty projects, and prints
// how long each step takes; with `-- --write`, also in docs/first-hour.md. The providers are stand-ins on the loopback; Redis and the
// receiver of spans are real.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDashboard } from 'tta-dashboard';
import { LoopbackProvider } from '../../packages/observability/src/adapters/__fixtures__/provider.ts';
import { foreignEnvironment, run } from '../command.ts';
import { beginLifetime, type Lifetime } from '../lifetime/lifetime.ts';
import { startRedis } from '../services/redis.ts';
import { providerEnv } from '../shown-examples.ts';
import { root } from '../workspace.ts';
import { SHOWN } from './shown.ts';
import { type Action, readSteps, type Step } from './steps.ts';
import { type StepTime, timesSection, withTimes } from './times.ts';

/** A step on a slow machine, far from the registry. */
const STEP_MS = 3_600_000;

/** What the commands of a section print, where it is not what its program prints once. */
const WALKED: Readonly<Record<string, RegExp>> = {
  '1. See money saved': /saved/,
  '4. Share answers in Redis': /^miss\nhit$/m,
};

/** Where the steps run. */
interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly supervision: Lifetime['supervision'];
}

/** Runs what a section says, and prints its time. @throws if it does not print what the page promises */
async function walk({ title, actions }: Step, folderOf: (action: Action) => string, place: Place): Promise<StepTime> {
  const start = performance.now();
  let printed = '';
  for (const action of actions) {
    const cwd = folderOf(action);
    const { env, supervision } = place;
    if (action.kind === 'program') await writeFile(join(cwd, action.file), action.code);
    else printed += await run('bash', ['-euc', action.commands], { ...supervision, cwd, env, timeoutMs: STEP_MS });
  }
  const seconds = (performance.now() - start) / 1_000;
  console.log(`${seconds.toFixed(0).padStart(4)} s  ${title}`);
  const shown = WALKED[title] ?? SHOWN[title];
  if (shown?.test(printed) === false) throw new Error(`"${title}" printed\n${printed}\nand not ${shown}`);
  return { title, seconds };
}

/** Walks the steps of docs/first-hour.md, and sees that the receiver of spans got the request of the last. */
async function walkFirstHour(work: string, receiver: string, place: Place): Promise<readonly StepTime[]> {
  const [clone, project] = [join(work, 'clone'), join(work, 'project')];
  await mkdir(project);
  await run('git', ['clone', '--quiet', root, clone], { ...place.supervision, cwd: work });
  const isOfClone = (action: Action): boolean =>
    action.kind === 'commands' && /^npm (?:ci|run build)/m.test(action.commands);
  const times: StepTime[] = [];
  for (const step of await readSteps('first-hour.md')) {
    times.push(await walk(step, (action) => (isOfClone(action) ? clone : project), place));
  }
  const { rows } = (await (await fetch(`${receiver}api/requests`)).json()) as { rows: readonly unknown[] };
  if (rows.length === 0) throw new Error('the receiver has no span of "5. Send telemetry"');
  return times;
}

/** Makes the first call with each SDK, each in an empty project. */
async function walkFirstCalls(work: string, place: Place): Promise<readonly StepTime[]> {
  console.log('\nFirst call with each SDK, from an empty project:');
  const commands = (text: string): Action => ({ kind: 'commands', commands: text });
  const begin = commands('npm init --yes >/dev/null; npm pkg set type=module; npm install "$TARBALLS"/tta-*.tgz\n');
  const times: StepTime[] = [];
  for (const { title, actions } of await readSteps('first-calls.md')) {
    const home = join(work, title.replaceAll(/\W/g, '-'));
    await mkdir(home);
    const step = { title, actions: [begin, ...actions, commands('node first-call.ts\n')] };
    times.push(await walk(step, () => home, place));
  }
  return times;
}

async function main(isWritten: boolean): Promise<void> {
  using lifetime = beginLifetime();
  await using cleanup = new AsyncDisposableStack();
  const work = await mkdtemp(join(tmpdir(), 'tta-first-hour-'));
  lifetime.guard.remove(work);
  cleanup.defer(() => rm(work, { recursive: true, force: true, maxRetries: 10 }));
  const provider = cleanup.use(await LoopbackProvider.start());
  const redis = await startRedis();
  if (redis === undefined) throw new Error('a Redis server is needed');
  cleanup.defer(() => redis.stop());
  const receiver = await openDashboard({ port: 0 });
  cleanup.defer(() => receiver.close());
  const tarballs = join(work, 'tarballs');
  await mkdir(tarballs);
  const env = {
    ...foreignEnvironment(),
    ...providerEnv(provider.url),
    REDIS_URL: redis.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: new URL(receiver.url).origin,
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    TARBALLS: tarballs,
    npm_config_cache: join(work, 'npm-cache'),
  };
  const place = { env, supervision: lifetime.supervision };
  const steps = await walkFirstHour(work, receiver.url, place);
  const calls = await walkFirstCalls(work, place);
  if (!isWritten) return;
  const page = join(root, 'docs/first-hour.md');
  await writeFile(page, withTimes(await readFile(page, 'utf8'), timesSection(steps, calls)));
}

try {
  await main(process.argv.includes('--write'));
} catch (error) {
  console.error(`first-hour: ${error instanceof Error ? error.message : error}`);
  process.exitCode ??= 1;
}
