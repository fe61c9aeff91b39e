import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** The names that an index exports, types included. */
async function namesIn(file: string): Promise<string[]> {
  const text = await readFile(new URL(file, import.meta.url), 'utf8');
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gmu)].map(([, list]) => list ?? '');
  return lists.flatMap((list) => [...list.matchAll(/(?:type )?(\w+)(?=,|\s*$)/gu)].map(([, name]) => name ?? ''));
}

describe('the index of the package', () => {
  it('lists at most 52 public names', async () => {
    const names = await namesIn('./index.ts');

    expect(names).toContain('WorkflowPrimitive');
    expect(names).toContain('RetryOptions');
    expect(names.length).toBeLessThanOrEqual(52);
  });

  it('shares no name with the internal index', async () => {
    const [names, internal] = await Promise.all(['./index.ts', './internal.ts'].map(namesIn));

    expect(internal).toContain('LazyController');
    expect(names?.filter((name) => internal?.includes(name))).toEqual([]);
  });
});
