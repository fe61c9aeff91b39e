import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { askDuringFault, type Caches, untilUsed } from './asking.ts';
import { countedStep, type Open } from './clients/client.ts';
import { CLIENTS } from './clients/clients.ts';

/** A process that uses one client, and says how its questions end during a fault and after it, each time when it is told to ask. */
const [name = '', healthyUrl = '', url = ''] = process.argv.slice(2);

/** What a client does by itself once it is made is no part of the first answer. */
const SETTLING_MS = 150;

process.once('disconnect', () => process.exit());

const { step, callsFor } = countedStep();
const open = await CLIENTS.find((client) => client.name === name)?.load();
if (open === undefined) throw new Error(`there is no client ${name}`);

// No fault should pay for code that runs for the first time; and what is used is known to work.
let caches = cachesOn(healthyUrl);
if ((await untilUsed(caches, `before the fault ${process.pid}`)) === null)
  throw new Error(`${name} does not use Redis`);
if (url !== healthyUrl) caches = cachesOn(url);
await sleep(SETTLING_MS);

process.send?.('ready');
await once(process, 'message');
process.send?.(await askDuringFault(caches.writer, step));
await once(process, 'message');
process.send?.(await untilUsed(caches, 'after the fault'));

function cachesOn(server: string): Caches {
  const newCache = (open as Open)(server, step);
  return { writer: newCache(), reader: newCache(), callsFor };
}
