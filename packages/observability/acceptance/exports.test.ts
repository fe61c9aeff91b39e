import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const { name, exports } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as Manifest;

describe('the entry points of the package', () => {
  it.each(Object.keys(exports))('%s can be imported', async (subpath) => {
    const entry = (await import(join(name, subpath))) as Record<string, unknown>;
    expect(Object.keys(entry).length).toBeGreaterThan(0);
  });
});
