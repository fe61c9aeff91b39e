import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import type { CacheOptions } from '../cache-options.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { memoryStore } from '../store/memory-store.ts';
import { scriptedStep } from './scripted-step.ts';

export interface Page {
  readonly page: string;
  readonly tags?: readonly string[];
}

export type TaggedCache = ReturnType<typeof taggedCache>;

/** One process: a cache of its own on a store that others may share. */
export function taggedCache(options: Partial<CacheOptions<unknown>> = {}, clock = manualClock()) {
  const scripted = scriptedStep();
  const cache = new CachePrimitive(scripted.step, {
    store: memoryStore({ clock }),
    operation: 'chat',
    ttlMs: 10_000,
    ttlJitter: 0,
    tags: (input) => (input as Page).tags ?? [],
    ...options,
  });
  const contextOf = (tenantId = 'acme') => new WorkflowContext({ clock, tenantId });
  const ask = (input: Page, tenantId?: string) => cache.execute(input, contextOf(tenantId));
  return { clock, ...scripted, cache, contextOf, ask };
}

export const HOME: Page = { page: 'home', tags: ['site', 'home'] };
export const ABOUT: Page = { page: 'about', tags: ['site'] };
export const PLAIN: Page = { page: 'plain' };
