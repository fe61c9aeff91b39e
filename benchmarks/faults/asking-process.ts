import { once } from 'node:events';
import { askDuringFault, type Caches, untilUsed } from './asking.ts';
import { countedStep, type Open } from './clients/client.ts';
import { CLIENTS } from './clients/clients.ts';

/** A process that uses one client, and says how its questions end during a fault and after it, each time when it is told to ask. */
const [name = '', healthyUrl = '', url = ''] = process.argv.slice(2);

process.once('disconnect', () => process.exit());

const { step, callsFor } = countedStep();
const open = await CLIENTS.find((client) => client.name === name)?.load();
if (open === undefined) throw new Error(`there is no client ${name}`);

// No fault should pay for code that runs for the first time; and what is used is known to work.
let caches = cachesOn(healthyUrl);
if ((await untilUsed(caches, `before the fault ${process.pid}`)) === null)
  throw new Error(`${name} does not use Redis`);
if (url !== healthyUrl) caches = cachesOn(url);

process.send?.('ready');
await once(process, 'message');
process.send?.(await askDuringFault(caches.writer, step));
await once(process, 'message');
process.send?.(await untilUsed(caches, 'after the fault'));

function cachesOn(server: string): Caches {
  const newCache = (open as Open)(server, step);
  return { writer: newCache(), reader: newCache(), callsFor };
}
