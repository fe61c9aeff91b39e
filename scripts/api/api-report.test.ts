import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiReport, apiReports } from './api-report.ts';
import { apiDrift } from './drift.ts';

const OPTIONS = `/** What a call may take. */
export interface CallOptions {
  /** How long it may take. */
  readonly timeoutMs?: number | undefined;
}
`;
const INDEX = `import type { CallOptions } from './options.ts';
/** Calls. */
export declare function call(name: string, options?: CallOptions): Promise<string>;
export {};
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-api-test-'));
  await writeFile(join(folder, 'package.json'), '{ "name": "p", "version": "1.0.0", "type": "module" }\n');
});
afterAll(() => rm(folder, { recursive: true }));

/** The report on a package that is built anew. */
async function reportsOf(index: string, options: string): Promise<readonly ApiReport[]> {
  const declarations = join(folder, 'index.d.ts');
  await Promise.all([writeFile(declarations, index), writeFile(join(folder, 'options.d.ts'), options)]);
  return apiReports(folder, [{ fileName: 'p.api.md', declarations }]);
}

describe('apiReports', () => {
  it('reports what is exported and the types that it names', async () => {
    const [report] = await reportsOf(INDEX, OPTIONS);
    expect(report?.text).toContain('export function call(name: string, options?: CallOptions): Promise<string>;');
    expect(report?.text).toContain('readonly timeoutMs?: number | undefined;');
  });

  it.each([
    ['a parameter changes its type', INDEX.replace('name: string', 'name: number'), OPTIONS],
    ['an export goes', INDEX.replace('export declare', 'declare'), OPTIONS],
    ['a type that is not exported changes', INDEX, OPTIONS.replace('timeoutMs', 'timeout')],
  ])('has a finding when %s', async (_, index, options) => {
    const committed = await reportsOf(INDEX, OPTIONS);
    expect(apiDrift(committed, await reportsOf(index, options))).toHaveLength(1);
  });

  it('has no finding when only a description changes', async () => {
    const committed = await reportsOf(INDEX, OPTIONS);
    expect(apiDrift(committed, await reportsOf(INDEX.replace('Calls.', 'Calls it.'), OPTIONS))).toEqual([]);
  });

  it('names the import path whose declarations are missing', async () => {
    const declarations = join(folder, 'missing.d.ts');
    await expect(apiReports(folder, [{ fileName: 'p.api.md', declarations }])).rejects.toThrow('missing.d.ts');
  });
});
