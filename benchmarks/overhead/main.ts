import { styleText } from 'node:util';
import { BESIDE_PEERS } from './beside-peers.ts';
import { CACHE_KEYS } from './cache-keys.ts';
import { DASHBOARD } from './dashboard.ts';
import { measureFetch } from './fetch-adapter.ts';
import { type Measurement, measure } from './harness.ts';
import { measurePendingTimeouts, type PendingTimeouts } from './memory.ts';
import { METRICS } from './metrics.ts';
import { PRIMITIVES } from './primitives.ts';
import { RECOVERY } from './recovery.ts';
import { type DecisionCost, measureDecisions } from './routing.ts';
import { SEAM } from './seam.ts';
import { TELEMETRY } from './telemetry.ts';
import { TRACING } from './tracing.ts';

const measurements: Measurement[] = [];
const pendingTimeouts: PendingTimeouts[] = [];
const decisions: DecisionCost[] = [];
try {
  for (const comparison of [
    ...SEAM,
    ...PRIMITIVES,
    ...RECOVERY,
    ...CACHE_KEYS,
    ...BESIDE_PEERS,
    ...METRICS,
    ...TELEMETRY,
    ...TRACING,
    ...DASHBOARD,
  ]) {
    measurements.push(await measure(comparison));
  }
  measurements.push(...(await measureFetch()));
  pendingTimeouts.push(await measurePendingTimeouts());
  decisions.push(...(await measureDecisions()));
} finally {
  report(); // what was measured until then
}

function report(): void {
  if (process.argv.includes('--json')) {
    const unit = 'CPU nanoseconds per step';
    const [memory] = pendingTimeouts;
    const found = { node: process.version, unit, measurements, pendingTimeouts: memory, decisions };
    console.log(JSON.stringify(found, null, 2));
  } else {
    print(measurements);
    for (const memory of pendingTimeouts) printMemory(memory);
    printDecisions(decisions);
  }
  if (![...measurements, ...pendingTimeouts, ...decisions].every(({ isWithin }) => isWithin)) process.exitCode = 1;
}

function print(costs: readonly Measurement[]): void {
  console.log(`CPU nanoseconds per step, medians of interleaved batches, Node.js ${process.version}\n`);
  console.log(row('', 'other', 'ours', 'extra', 'ratio', 'allowed'));
  for (const { name, otherNs, workNs, extraNs, ratio, allowedRatio, targetRatio, allowedExtraNs, isWithin } of costs) {
    const figures = [otherNs, workNs, extraNs].map((ns) => ns.toLocaleString('en'));
    const agreed = allowedExtraNs === undefined ? '' : `  (${allowedExtraNs} ns where a call costs 100)`;
    const target = targetRatio === undefined ? '' : `  (target ${times(targetRatio)})`;
    const line = row(name, ...figures, times(ratio), times(allowedRatio)) + agreed + target;
    console.log(isWithin ? line : styleText('red', line));
  }
}

function printMemory({
  calls,
  pendingBytes,
  allowedPendingBytes,
  leftBytes,
  allowedLeftBytes,
  isWithin,
}: PendingTimeouts): void {
  const line = [
    `\n${calls.toLocaleString('en')} pending timeouts: ${pendingBytes} bytes each (allowed ${allowedPendingBytes}),`,
    `${leftBytes} left after they have settled (allowed ${allowedLeftBytes})`,
  ].join(' ');
  console.log(isWithin ? line : styleText('red', line));
}

function printDecisions(costs: readonly DecisionCost[]): void {
  console.log(`\n${row('', 'p50', 'p99', 'allowed')}`);
  for (const { name, p50, p99, allowedP99, unit, isWithin } of costs) {
    const line = row(name, ...[p50, p99, allowedP99].map((figure) => `${figure} ${unit}`));
    console.log(isWithin ? line : styleText('red', line));
  }
}

function row(name: string, ...figures: readonly string[]): string {
  return name.padEnd(48) + figures.map((figure) => figure.padStart(10)).join('');
}

/** x1.5 costs half as much again, 1/8 an eighth. */
function times(ratio: number): string {
  return ratio < 1 ? `1/${Number((1 / ratio).toPrecision(3))}` : `x${Number(ratio.toPrecision(3))}`;
}
