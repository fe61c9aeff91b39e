// npm run soak [-- --minutes 10]: mixed load on every primitive that keeps something, while the provider and Redis fail. It fails if
// counts do not add up, if money is lost, or if memory or handles are left.
import { parseArgs } from 'node:util';
import { initializeObservability } from 'tta-observability-integration';
import { SavingsLedger } from 'tta-observability-integration/llm';
import { askUntil } from './load.ts';
import { HeapSamples, handlesLeft } from './memory.ts';
import { UnreliableProvider } from './provider.ts';
import { type Check, checksOf, untilEnded } from './reconcile.ts';
import { TroubledRedis } from './troubled-redis.ts';
import { workflowOf } from './workflow.ts';

const MAX_GROWTH_MB = 10;

const minutes = Number(parseArgs({ options: { minutes: { type: 'string', default: '10' } } }).values.minutes);
if (!(minutes > 0)) throw new RangeError('--minutes must be a number above 0');

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
void [process.stdin, process.stdout, process.stderr]; // a pipe is a handle once it is used
const handlesBefore = process.getActiveResourcesInfo();

const redis = await TroubledRedis.start();
const observability = await initializeObservability({ serviceName: 'soak', environment: 'test' });
const ledger = new SavingsLedger();
const provider = new UnreliableProvider();
const workflow = workflowOf(provider, redis.url);
const heap = new HeapSamples();

const endsAt = performance.now() + minutes * 60_000;
const [outcomes] = await Promise.all([
  askUntil(endsAt, workflow),
  redis.troubleUntil(endsAt),
  heap.sampleUntil(endsAt),
]);
await untilEnded({ outcomes, workflow, provider, ledger });
const page = await observability.metricsText();
const checks: Check[] = checksOf({ outcomes, workflow, provider, ledger, page });
await ledger.close();
await workflow.close();
await observability.shutdown();
await redis.stop();

const [{ killed, stopped }, handles, { growthMb, lastMb }] = [redis.counts, await handlesLeft(handlesBefore), heap];
checks.push(
  [`Redis was killed ${killed} times and stopped ${stopped} times`, killed > 0],
  [`${unhandled.length} unhandled rejections`, unhandled.length === 0],
  [`${handles.length} handles left: ${handles.join(', ') || 'none'}`, handles.length === 0],
  [
    `heap ${lastMb.toFixed(1)} MB, ${growthMb.toFixed(1)} MB more since the warm-up (at most ${MAX_GROWTH_MB})`,
    minutes < 1 || growthMb <= MAX_GROWTH_MB,
  ],
);
for (const [line, holds] of checks) console.log(`${holds ? 'ok  ' : 'FAIL'} ${line}`);
if (!checks.every(([, holds]) => holds)) process.exitCode = 1;
