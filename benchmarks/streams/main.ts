import { styleText } from 'node:util';
import { type Measurement, measure } from '../overhead/harness.ts';
import { BYTE_STREAMS } from './byte-workflows.ts';
import { STREAMS } from './workflows.ts';

const measurements: Measurement[] = [];
for (const comparison of [...STREAMS, ...BYTE_STREAMS]) measurements.push(await measure(comparison));

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ node: process.version, unit: 'CPU nanoseconds per chunk', measurements }, null, 2));
} else {
  print();
}

if (!measurements.every(({ isWithin }) => isWithin)) process.exitCode = 1;

function print(): void {
  console.log(`CPU nanoseconds per chunk, medians of interleaved batches, Node.js ${process.version}\n`);
  console.log(row('', 'floor', 'ours', 'extra', 'ratio', 'target', 'regression'));
  for (const { name, otherNs, workNs, extraNs, ratio, targetRatio = '', allowedRatio, isWithin } of measurements) {
    const figures = [otherNs, workNs, extraNs].map((ns) => ns.toLocaleString('en'));
    const line = row(name, ...figures, String(ratio), String(targetRatio), `> ${allowedRatio}`);
    console.log(isWithin ? line : styleText('red', line));
  }
}

function row(name: string, ...figures: readonly string[]): string {
  return name.padEnd(40) + figures.map((figure) => figure.padStart(10)).join('');
}
