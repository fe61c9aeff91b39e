import type { Bench } from './bench.ts';

/** What every adapter tells about the implementation it stands for. */
export interface ConformanceAdapter<Capability extends string = string> {
  /** Names the implementation in results: `cockatiel 4 (aggressive)`. */
  readonly name: string;
  /** What it offers beyond the least; a case that needs more is not applicable. */
  readonly can: readonly Capability[];
  /** True if it measures and waits by the clock in its settings. Most cases then need no real time. @defaultValue false */
  readonly hasClock?: boolean;
}

/** One rule, as a test that any implementation can be put to. */
export interface ConformanceCase<Adapter extends ConformanceAdapter> {
  /** Its number in the catalogue of rules, which never changes: `C07`. */
  readonly id: string;
  readonly title: string;
  /** What the adapter must offer for the case to be applicable. */
  readonly needs: readonly Adapter['can'][number][];
  /** `real` for what only a real event loop shows, `virtual` for what only a moved clock shows. @defaultValue 'any' */
  readonly time?: 'any' | 'real' | 'virtual';
  /** How long the case may take, in real milliseconds. @defaultValue 4_000, and 60_000 for an implementation with a clock */
  readonly limitMs?: number;
  /** @throws an error that says which expectation was not met */
  run(adapter: Adapter, bench: Bench): Promise<void>;
}

export type Verdict = 'pass' | 'fail' | 'not_applicable';

export interface ConformanceResult {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** Why it failed or is not applicable; empty when it passed. */
  readonly detail: string;
}
