import { styleText } from 'node:util';
import { startRedis } from '../../scripts/services/redis.ts';
import type { Measurement } from '../overhead/harness.ts';
import { measureHits } from './hits.ts';
import { measureStampedes, type Stampede } from './stampedes.ts';

const redis = await startRedis({ mustBeOurs: true });
if (redis === undefined) {
  process.exitCode = 1; // what to install was said
} else {
  const hits: Measurement[] = [];
  const stampedes: Stampede[] = [];
  try {
    for await (const hit of measureHits(redis.url)) hits.push(hit);
    for await (const stampede of measureStampedes(redis.url)) stampedes.push(stampede);
  } catch (error) {
    console.error(`bench:cache: ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    report(hits, stampedes); // what was measured until then
    await redis.stop();
  }
}

function report(hits: readonly Measurement[], stampedes: readonly Stampede[]): void {
  if (process.argv.includes('--json')) {
    const unit = 'CPU nanoseconds per hit';
    const shown = hits.map((hit) => ({ ...hit, allowedRatio: gateOf(hit) }));
    console.log(JSON.stringify({ node: process.version, unit, hits: shown, stampedes }, null, 2));
  } else {
    print(hits, stampedes);
  }
  if (![...hits, ...stampedes].every(({ isWithin }) => isWithin)) process.exitCode = 1;
}

/** What is shown for comparison has no gate. */
function gateOf({ allowedRatio }: Measurement): number | null {
  return allowedRatio === Infinity ? null : allowedRatio;
}

function print(hits: readonly Measurement[], stampedes: readonly Stampede[]): void {
  console.log(
    `CPU nanoseconds per hit, medians of interleaved batches, a process for each line, Node.js ${process.version}\n`,
  );
  console.log(row('', 'other', 'ours', 'ratio', 'allowed'));
  for (const hit of hits) {
    const figures = [hit.otherNs, hit.workNs].map((ns) => ns.toLocaleString('en'));
    say(hit.isWithin, row(hit.name, ...figures, String(hit.ratio), String(gateOf(hit) ?? '-')));
  }
  console.log(`\n${row('', 'callers', 'served', 'calls', 'allowed')}`);
  for (const { name, callers, served, calls, allowedCalls, isWithin } of stampedes) {
    say(isWithin, row(name, ...[callers, served, calls, allowedCalls].map(String)));
  }
}

function say(isWithin: boolean, line: string): void {
  console.log(isWithin ? line : styleText('red', line));
}

function row(name: string, ...figures: readonly string[]): string {
  return name.padEnd(50) + figures.map((figure) => figure.padStart(10)).join('');
}
