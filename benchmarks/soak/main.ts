import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CachePrimitive, RouterPrimitive, TimeoutPrimitive } from 'tta-observability-integration/primitives';
import { askUntil, type Outcomes } from './load.ts';
import { type Question, UnreliableProvider, unreliableStore } from './unreliable.ts';

/** After so much of the time everything that is kept has been filled. */
const WARM_UP = 1 / 3;
const SAMPLES = 24;
const MAX_GROWTH_MB = 20;

const minutes = Number(parseArgs({ options: { minutes: { type: 'string', default: '10' } } }).values.minutes);
if (!(minutes > 0)) throw new RangeError('--minutes must be a number above 0');

const { gc } = globalThis as { readonly gc?: () => void };
const provider = new UnreliableProvider();
const timeout = new TimeoutPrimitive(provider.ask, { timeoutMs: 300, graceMs: 50 });
const router = new RouterPrimitive(
  { cheap: { step: timeout, model: 'gpt-4o-mini' }, strong: { step: timeout, model: 'gpt-4o' } },
  { strategy: ({ model }: Question) => (model === 'gpt-4o' ? 'strong' : 'cheap'), defaultRoute: 'cheap' },
);
const cache = new CachePrimitive(router, { operation: 'soak', store: unreliableStore(), ttlMs: 10_000 });

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
const handlesBefore = process.getActiveResourcesInfo().length;
const heapMb: number[] = [];
const endsAt = performance.now() + minutes * 60_000;
const [outcomes] = await Promise.all([askUntil(endsAt, cache), sampleUntil(endsAt)]);
const handlesLeft = await handlesAtEnd();
report(outcomes);

async function sampleUntil(end: number): Promise<void> {
  const everyMs = (end - performance.now()) / SAMPLES;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await setTimeout(everyMs);
    gc?.();
    heapMb.push(process.memoryUsage().heapUsed / 1e6);
  }
}

/** What is open once everything has ended; what closes in the background is given time. */
async function handlesAtEnd(): Promise<number> {
  let left = Infinity;
  for (let turn = 0; turn < 100 && left > 0; turn += 1) {
    await setTimeout(100);
    left = process.getActiveResourcesInfo().length - handlesBefore;
  }
  return Math.max(0, left);
}

/** How much the heap grows from the warm-up to the end, by the line through its samples. */
function growthMb(): number {
  const kept = heapMb.slice(Math.floor(SAMPLES * WARM_UP));
  const middle = (kept.length - 1) / 2;
  const mean = kept.reduce((sum, mb) => sum + mb, 0) / kept.length;
  const along = kept.reduce((sum, mb, index) => sum + (index - middle) * (mb - mean), 0);
  const across = kept.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  return (along / across) * (kept.length - 1);
}

function report({ started, answered, left, failed, aborted, crossed }: Outcomes): void {
  const { total, hits, misses, bypasses, costSavingsUsd } = cache.getStats();
  const timed = timeout.getStats();
  const growth = growthMb();
  const perMinute = growth / (minutes * (1 - WARM_UP));
  const checks: readonly (readonly [string, boolean])[] = [
    [
      `${started} executions = ${answered} answered + ${left} left + ${failed} failed + ${aborted} aborted`,
      started === answered + left + failed + aborted,
    ],
    [
      `${total} lookups = ${hits} hits + ${misses} misses + ${bypasses} bypasses`,
      total === started && total === hits + misses + bypasses,
    ],
    [`${provider.calls} calls = ${timed.total} outcomes of the timeout`, provider.calls === timed.total],
    [`${timed.abandoned} calls abandoned and never settled`, timed.abandoned === 0],
    [`${crossed} answers of another tenant or question`, crossed === 0],
    [`$${costSavingsUsd.toFixed(6)} saved`, costSavingsUsd >= 0 && Number.isFinite(costSavingsUsd)],
    [`${unhandled.length} unhandled rejections`, unhandled.length === 0],
    [`${handlesLeft} handles left`, handlesLeft === 0],
    [
      `heap ${heapMb.at(-1)?.toFixed(1)} MB, ${growth.toFixed(1)} MB since the warm-up, ${perMinute.toFixed(2)} MB a minute (at most ${MAX_GROWTH_MB} MB in all)`,
      growth <= MAX_GROWTH_MB,
    ],
  ];
  for (const [line, holds] of checks) console.log(`${holds ? 'ok  ' : 'FAIL'} ${line}`);
  if (!checks.every(([, holds]) => holds)) process.exitCode = 1;
}
