// Starts the load with faults until Ctrl-C: `npm run ops:load`. Then look at it with a Prometheus and the dashboards.
import { once } from 'node:events';
import { startWorkload } from './workload.ts';

const workload = await startWorkload(Number(process.env['PORT'] ?? 9464));
console.log(workload.metricsUrl);
await once(process, 'SIGINT');
await workload.stop();
