import { WorkflowContext } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { heapBytes } from '../../../__fixtures__/heap-bytes.ts';
import { keyPrefix } from './cache-key.ts';
import { canonicalJson } from './canonical-json.ts';
import { RequestReader } from './request-reader.ts';

const LENGTH = 500_000;

const READER = new RequestReader<string>({ operation: 'chat', scope: 'tenant', tags: undefined });

it.each<[string, (index: number) => unknown]>([
  ['long names of properties', (index) => ({ [`${index}${'x'.repeat(LENGTH)}`]: 1 })],
  ['short parts of long texts', (index) => [12, 13].map((length) => `${index}${'x'.repeat(LENGTH)}`.slice(0, length))],
])('keeps no memory of %s', async (_, made) => {
  const before = await heapBytes();
  for (let index = 0; index < 100; index += 1) void canonicalJson(made(index));
  expect((await heapBytes()) - before).toBeLessThan(10 * LENGTH);
});

it.each<[string, (tenantId: string) => unknown]>([
  ['long scopes', (tenantId) => keyPrefix('chat', ['tenant', tenantId], undefined)],
  ['requests of long tenants', (tenantId) => READER.read('the same', new WorkflowContext({ tenantId }))],
])('keeps no memory of %s', async (_, read) => {
  const before = await heapBytes();
  for (let index = 0; index < 100; index += 1) void read(`${index}${'x'.repeat(LENGTH)}`);
  expect((await heapBytes()) - before).toBeLessThan(10 * LENGTH);
});

/** So many that remembering all would take 10 MB or more. */
const MANY = 100_000;

it.each<[string, (index: number) => unknown]>([
  ['words', (index) => canonicalJson([`w${index}`])],
  ['names of properties', (index) => canonicalJson({ [`name ${index}`]: 1 })],
  ['scopes', (index) => keyPrefix('chat', ['tenant', `${index}`], undefined)],
])('remembers no more than some short %s', async (_, read) => {
  for (let index = 1; index < 3_000; index += 1) void read(-index); // compiles everything, and fills what there is
  const before = await heapBytes();
  for (let index = 0; index < MANY; index += 1) void read(index);
  expect((await heapBytes()) - before).toBeLessThan(5e6);
});
