import { styleText } from 'node:util';
import { type Measurement, measure } from './harness.ts';
import { PRIMITIVES } from './primitives.ts';
import { SEAM } from './seam.ts';
import { TELEMETRY } from './telemetry.ts';

const measurements: Measurement[] = [];
for (const comparison of [...SEAM, ...PRIMITIVES, ...TELEMETRY]) measurements.push(await measure(comparison));

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ node: process.version, unit: 'CPU nanoseconds per step', measurements }, null, 2));
} else {
  console.log(`CPU nanoseconds per step, medians of interleaved batches, Node.js ${process.version}\n`);
  console.log(row('', 'plain', 'with', 'extra', 'ratio', 'allowed'));
  for (const { name, plainNs, workNs, extraNs, ratio, allowedRatio, isWithin } of measurements) {
    const costs = [plainNs, workNs, extraNs].map((ns) => ns.toLocaleString('en'));
    const line = row(name, ...costs, `x${ratio}`, `x${allowedRatio}`);
    console.log(isWithin ? line : styleText('red', line));
  }
}

if (measurements.some(({ isWithin }) => !isWithin)) process.exitCode = 1;

function row(name: string, ...figures: readonly string[]): string {
  return name.padEnd(36) + figures.map((figure) => figure.padStart(10)).join('');
}
