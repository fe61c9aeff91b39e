import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryPoints } from '../entry-points.ts';
import { publishedPackages } from '../workspace.ts';
import { bundleSize } from './bundle-size.ts';
import { kilobytes, SIZE_LIMITS, sizeFindings } from './size-limits.ts';

/** A text that does not compress. */
const noise = (length: number): string =>
  Array.from({ length }, (_, index) => ((index * 7_919) ** 2 % 1_679_616).toString(36)).join('');

const limit = { title: 'p, all', code: "export * from 'p'", limitKb: 2 };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-size-test-'));
  await writeFile(
    join(folder, 'p.js'),
    `import 'another-package';\nexport const small = 1;\nexport const large = '${noise(2_000)}';\n`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe('bundleSize', () => {
  it('counts what is imported and leaves the rest out', async () => {
    const all = await bundleSize("export * from './p.js'", folder);
    const one = await bundleSize("export { small } from './p.js'", folder);
    expect(all.gzipBytes).toBeGreaterThan(2_000);
    expect(one.gzipBytes).toBeLessThan(200);
  });

  it('rejects when an import cannot be resolved', async () => {
    await expect(bundleSize("export * from './missing.js'", folder)).rejects.toThrow('./missing.js');
  });
});

describe('sizeFindings', () => {
  it('names an import that has grown above its limit', async () => {
    const sizes = await bundleSize("export * from './p.js'", folder);
    const [finding] = sizeFindings([{ ...limit, ...sizes }]);
    expect(finding).toBe(`p, all: ${kilobytes(sizes.gzipBytes)} compressed, and at most 2 kB are allowed`);
  });

  it('accepts the limit itself', () => {
    expect(sizeFindings([{ ...limit, gzipBytes: 2_000 }])).toEqual([]);
  });

  it('has a limit for each import path with code that users import', async () => {
    const specifiers = (await publishedPackages()).flatMap(entryPoints).map(({ specifier }) => specifier);
    const titles = SIZE_LIMITS.map(({ title }) => title);
    const missing = specifiers.filter((specifier) => !titles.includes(`${specifier}, all`));
    expect(missing).toEqual(['tta-dev-primitives/internal', 'tta-dashboard/wire']);
  });

  it('has one limit for each import', () => {
    const codes = SIZE_LIMITS.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
