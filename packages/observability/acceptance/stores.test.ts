import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CachePrimitive, fileStore, memoryStore } from 'tta-observability-integration/primitives';
import { afterAll, describe, expect, it, vi } from 'vitest';

const folder = await mkdtemp(join(tmpdir(), 'tta-file-store-'));
afterAll(() => rm(folder, { recursive: true }));

const answer = { choices: [{ message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }] };
const request = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

describe.each([
  ['memoryStore', () => memoryStore()],
  ['fileStore', () => fileStore({ path: join(folder, 'answers.json') })],
])('a cache over %s', (_name, make) => {
  it('gives a stored answer to every cache that shares the store', async () => {
    const store = make();
    const first = new CachePrimitive(async () => answer, { store });
    const second = new CachePrimitive(async () => answer, { store });
    await first.execute(request);
    await vi.waitFor(async () => {
      expect(await second.execute(request)).toEqual(answer); // the first cache stores its answer in the background
      expect(second.getStats().hits).toBe(1);
    }, 60_000);
    await store.close();
  });
});
