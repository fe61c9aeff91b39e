import { RetryPrimitive, step } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { CachePrimitive, memoryStore, RouterPrimitive, TimeoutPrimitive } from './index.ts';

const ask = step('ask', (text: string) => text);

describe('a description of a workflow', () => {
  it('shows what is inside a cache, a timeout and a router', () => {
    const router = new RouterPrimitive({ fast: ask, strong: ask }, { strategy: () => 'fast', defaultRoute: 'fast' });
    const workflow = new CachePrimitive(new TimeoutPrimitive(router, { timeoutMs: 1_000 }), { store: memoryStore() });
    expect(workflow.describe()).toMatchObject({
      kind: 'cache',
      parts: [{ kind: 'timeout', parts: [{ kind: 'router', parts: [{ name: 'ask' }, { name: 'ask' }] }] }],
      warnings: [],
    });
  });

  it('shows the fallback of a timeout', () => {
    const workflow = new TimeoutPrimitive(ask, { timeoutMs: 1_000, fallback: step('apologize', () => 'sorry') });
    expect(workflow.describe()).toMatchObject({ parts: [{ name: 'ask' }, { name: 'apologize' }], warnings: [] });
  });

  it('warns of a cache and of the only timeout inside a retry', () => {
    const workflow = new RetryPrimitive(
      new CachePrimitive(new TimeoutPrimitive(ask, { timeoutMs: 1_000 }), { store: memoryStore() }),
    );
    expect(workflow.describe().warnings).toEqual([
      expect.stringContaining('put the cache around the retry'),
      expect.stringContaining('put another timeout around the retry'),
    ]);
  });
});
