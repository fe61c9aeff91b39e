// A cluster whose two workers serve metrics on one port; prints what they say and what six scrapes of the port count.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { freePort } from '../../../../../scripts/services/server-process.ts';
import { Observability } from '../observability.ts';
import { linesOf } from './telemetry-for-test.ts';

interface Started {
  readonly state: string;
  readonly problems: readonly string[];
}

if (cluster.isPrimary) await scrape(await freePort());
else await serve(Number(process.env['PORT']), Number(process.env['COUNT']));

async function scrape(port: number): Promise<void> {
  const workers = [10, 1_000].map((count) => cluster.fork({ PORT: port, COUNT: count }));
  const started = await Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [Started])[0]));
  const counts: unknown[] = [];
  for (let round = 0; round < 6; round += 1) {
    const page = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } });
    counts.push(linesOf(await page.text()).get('orders_total'));
  }
  const problems = started.flatMap((worker) => worker.problems);
  process.stdout.write(JSON.stringify({ states: started.map(({ state }) => state), problems, counts }));
  for (const worker of workers) worker.process.kill();
}

async function serve(port: number, count: number): Promise<void> {
  const observability = new Observability();
  const handle = await observability.initialize({ prometheusPort: port, enablePrometheus: true });
  observability.meter('user').createCounter('orders').add(count);
  process.send?.({ state: handle.state, problems: handle.problems.map(String) } satisfies Started);
  process.once('disconnect', () => process.exit());
}
