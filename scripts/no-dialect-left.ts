// Fails a test file that leaves a dialect registered: files share a process, and the next one would read answers by it.
import { afterAll, expect } from 'vitest';
import { knownDialects } from '../packages/observability/src/llm/dialects/registry.ts';

const before = knownDialects();

afterAll(() => {
  const left = knownDialects().filter((dialect) => !before.includes(dialect));
  expect(
    left.map(({ name }) => name),
    'the dialects that this file leaves registered',
  ).toEqual([]);
});
