import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { CachePrimitive, LimitPrimitive, memoryStore } from './index.ts';

const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
afterEach(() => warn.mockClear());
afterAll(() => warn.mockRestore());

const step = () => 'answer';

it('warns once of caches that are made for each request', async () => {
  for (let request = 0; request < 250; request += 1) await new CachePrimitive(step, { operation: 'anew' }).execute('q');
  expect(warn).toHaveBeenCalledOnce();
  expect(warn.mock.calls[0]).toEqual([
    'CachePrimitive "anew": 100 of them were made and each was asked once, so none can use what it remembers. ' +
      'Make it once, outside of the function that handles a request.',
    { type: 'TtaWarning', code: 'TTA_MADE_FOR_EACH_REQUEST' },
  ]);
});

it('warns of limits that are made for each request', async () => {
  const ask = () => new LimitPrimitive(step, { operation: 'anew', key: 'tenant', requestsPerMinute: 1 }).execute('q');
  for (let request = 0; request < 100; request += 1) await ask();
  expect(warn.mock.calls.map(([message]) => String(message).slice(0, 21))).toEqual(['LimitPrimitive "anew"']);
});

it('says nothing where one is asked twice, or where they share a store', async () => {
  const lasting = new CachePrimitive(step, { operation: 'lasting' });
  for (let request = 0; request < 2; request += 1) await lasting.execute('q');
  const store = memoryStore();
  for (let request = 0; request < 150; request += 1) {
    await new CachePrimitive(step, { operation: 'lasting' }).execute('q');
    await new CachePrimitive(step, { operation: 'stored', store }).execute('q');
  }
  expect(warn).not.toHaveBeenCalled();
});
