import { startRedis } from '../../scripts/services/redis.ts';
import { CLIENTS, type Client } from './clients/clients.ts';
import { FAULTS } from './faults.ts';
import { print } from './print.ts';
import { type Result, resultOf } from './results.ts';
import { type Trial, tryOut } from './trial.ts';

/** Ours is tried this often, because its times are short beside the noise of a machine; the others wait for seconds. */
const OUR_TRIALS = 5;

/** All of it together. */
const DEADLINE_MS = 170_000;

const healthy = await startRedis({ mustBeOurs: true });
if (healthy === undefined) {
  process.exitCode = 1; // what to install was said
} else {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const results: Result[] = [];
  try {
    await measureFaults(healthy.url, signal, results);
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error(`bench:faults: not done after ${DEADLINE_MS / 1_000} s; is the machine busy with something else?`);
    process.exitCode = 1;
  } finally {
    report(results); // what was measured until then
    await healthy.stop();
  }
}

function report(results: readonly Result[]): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify({ node: process.version, results }, null, 2));
  else print(results);
  if (!results.every(({ isWithin }) => isWithin)) process.exitCode = 1;
}

/** Adds to the results fault by fault. */
async function measureFaults(healthyUrl: string, signal: AbortSignal, results: Result[]): Promise<void> {
  for (const fault of FAULTS) {
    const tryFault = (client: Client): Promise<Trial> => tryOut(client, fault, healthyUrl, signal);
    for (const [client, trials] of await tryInTurn(tryFault)) results.push(resultOf(client, fault, trials));
    for (const [client, trials] of await tryAtOnce(tryFault)) results.push(resultOf(client, fault, trials));
  }
}

type Trials = readonly (readonly [Client, readonly Trial[]])[];

/** Ours, one trial after another: no trial shares the machine with another. */
async function tryInTurn(tryFault: (client: Client) => Promise<Trial>): Promise<Trials> {
  const ours = CLIENTS.filter(({ isOurs }) => isOurs).map((client) => [client, [] as Trial[]] as const);
  for (let turn = 0; turn < OUR_TRIALS; turn += 1) {
    for (const [client, trials] of ours) trials.push(await tryFault(client));
  }
  return ours;
}

/** The others; they wait nearly all of the time, and so disturb each other little. */
function tryAtOnce(tryFault: (client: Client) => Promise<Trial>): Promise<Trials> {
  const others = CLIENTS.filter(({ isOurs }) => !isOurs);
  return Promise.all(others.map(async (client) => [client, [await tryFault(client)]] as const));
}
