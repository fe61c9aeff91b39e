import { Counter, Histogram, Registry } from 'prom-client';
import { BUCKETS, COUNTERS, operationName, SECONDS, type Subject } from './workload.ts';

/** The page of prom-client, with the same series. */
export function promClientPage(operations: number): Subject {
  const registry = new Registry();
  const options = { help: 'Events.', labelNames: ['operation'] as const, registers: [registry] };
  const counters = COUNTERS.map((name) => new Counter({ ...options, name }));
  const seconds = new Histogram({ ...options, name: SECONDS, help: 'Seconds.', buckets: [...BUCKETS] });
  for (let index = 0; index < operations; index += 1) {
    const operation = operationName(index);
    for (const [amount, counter] of counters.entries()) counter.inc({ operation }, amount);
    seconds.observe({ operation }, 0.3);
  }
  return { name: 'prom-client', scrape: () => registry.metrics() };
}
