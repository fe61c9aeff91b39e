import { registerSummary } from 'tta-dev-primitives';
import { factsIn } from 'tta-dev-primitives/internal';
import type { CacheOutcome } from './facts.ts';

declare module 'tta-dev-primitives' {
  interface ReportSummary {
    /** How the lookup of the outermost cache ended. */
    cacheOutcome: CacheOutcome;
  }
}

/** Adds the outcome of the lookup to reports. */
export function summariseCache(): void {
  registerSummary('cacheOutcome', (executions) => factsIn(executions, 'cache.outcome')[0]);
}
