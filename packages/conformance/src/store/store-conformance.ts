import assert from 'node:assert/strict';
import type { CacheStore } from 'tta-observability-integration/primitives';
import { CLOSING_CASES } from './closing.ts';
import { DECISION_CASES } from './decisions.ts';
import { LIFE_CASES } from './lives.ts';
import { READING_CASES } from './readings.ts';
import { SHARING_CASES } from './sharing.ts';
import type { OptionalMember, StoreCase } from './store-case.ts';
import { VALUE_CASES } from './values.ts';

/** One thing that every store must do. Run it as the body of a test; it rejects with an `AssertionError` if the store does not. */
export interface StoreConformanceCase {
  /** A sentence, fit for the title of a test. */
  readonly title: string;
  /** The optional members that it is about; a store without one of them has nothing to prove. */
  readonly needs: readonly OptionalMember[];
  /** @returns whether there was anything to prove */
  run(): Promise<'passed' | 'not_offered'>;
}

export interface StoreConformanceOptions {
  /** Creates an empty store, or one with unshared keys. It is closed at the end of the case. */
  readonly make: () => CacheStore | Promise<CacheStore>;
  /**
   * Makes another store on what backs the store that was made last, as a second process would have it; it is closed at the end of
   * the case. Without it the cases about sharing are left out.
   */
  readonly makePeer?: (() => CacheStore | Promise<CacheStore>) | undefined;
  /** Lets this much time pass for the store. @defaultValue a real wait */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
  /** The optional members that the store must offer: a case about one of them then fails where it is missing. @defaultValue none */
  readonly offers?: readonly OptionalMember[] | undefined;
}

const CASES: readonly StoreCase[] = [
  ...VALUE_CASES,
  ...LIFE_CASES,
  ...DECISION_CASES,
  ...READING_CASES,
  ...SHARING_CASES,
  ...CLOSING_CASES,
];

/**
 * What every `CacheStore` must do, for any test runner: values, lives, decisions in one step, sharing between two stores, closing.
 *
 * Cases about optional members say so in `needs`, and resolve with `'not_offered'` for a store without them.
 *
 * @example
 * ```ts
 * for (const { title, run } of storeConformance({ make: () => memoryStore() })) it(title, run);
 * ```
 */
export function storeConformance(options: StoreConformanceOptions): readonly StoreConformanceCase[] {
  return CASES.filter(({ needsPeer = false }) => !needsPeer || options.makePeer !== undefined).map((rule) => ({
    title: rule.title,
    needs: rule.needs ?? [],
    run: () => runCase(rule, options),
  }));
}

async function runCase(
  { needs = [], needsPeer = false, check }: StoreCase,
  { make, makePeer, wait = realWait, offers = [] }: StoreConformanceOptions,
): Promise<'passed' | 'not_offered'> {
  const store = await make();
  const peer = needsPeer && makePeer !== undefined ? await makePeer() : store;
  try {
    const missing = needs.filter((member) => store[member] === undefined);
    for (const member of missing) assert.ok(!offers.includes(member), `the store must offer ${member}`);
    if (missing.length > 0) return 'not_offered';
    await check({ store, peer, key: `v1:conformance:scope:${globalThis.crypto.randomUUID()}`, wait });
    return 'passed';
  } finally {
    await Promise.all([store.close(), peer.close()]);
  }
}

function realWait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
