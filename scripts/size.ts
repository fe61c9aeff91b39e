// Prints what each import weighs in a user's bundle, and fails above its limit: npm run size, after a build.
import { join } from 'node:path';
import { bundleSize } from './size/bundle-size.ts';
import { kilobytes, SIZE_LIMITS, sizeFindings } from './size/size-limits.ts';
import { root } from './workspace.ts';

/** A workspace that has every package of this project in reach. */
const CONSUMER = join(root, 'benchmarks');

const sizes = await Promise.all(
  SIZE_LIMITS.map(async (limit) => ({ ...limit, ...(await bundleSize(limit.code, CONSUMER)) })),
);
const width = Math.max(...sizes.map(({ title }) => title.length));
for (const { title, minifiedBytes, gzipBytes, limitKb } of sizes) {
  const columns = [kilobytes(minifiedBytes), kilobytes(gzipBytes), `${limitKb.toFixed(1)} kB`];
  console.log(`${title.padEnd(width)}  ${columns.map((column) => column.padStart(9)).join('  ')}`);
}
console.log(`${' '.repeat(width)}  ${['minified', 'gzip', 'limit'].map((column) => column.padStart(9)).join('  ')}`);

const findings = sizeFindings(sizes);
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;
