import { MEMORY_HITS } from './memory-hits.ts';
import { REDIS_HITS } from './redis-hits.ts';

/** Measures one comparison, in a process of its own: no heap that another has grown, and no code that it has made the compiler give up. */
const [name = '', url = ''] = process.argv.slice(2);
const measureHits = { ...MEMORY_HITS, ...REDIS_HITS }[name];
if (measureHits === undefined) throw new Error(`there is no comparison with the name ${name}`);
const measurement = await measureHits(name, url);
process.send?.(measurement, () => process.exit());
