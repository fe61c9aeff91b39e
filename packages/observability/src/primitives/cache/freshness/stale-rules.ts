import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { StaleCause } from '../facts.ts';
import { failureCauseOf } from './failure-cause.ts';
import type { StaleLimits } from './freshness.ts';

/** Decides for which errors of the step a stale answer is served. */
export type StaleIf = (error: unknown, context: WorkflowContext) => boolean;

/** How long stale answers are served, and for which errors. */
export class StaleRules implements StaleLimits {
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly #staleIf: StaleIf | undefined;

  constructor({ staleWhileRevalidateMs, staleIfErrorMs }: StaleLimits, staleIf: StaleIf | undefined) {
    this.staleWhileRevalidateMs = staleWhileRevalidateMs;
    this.staleIfErrorMs = staleIfErrorMs;
    this.#staleIf = staleIf;
  }

  /** How long past its ttl an answer is kept, in milliseconds. */
  get staleMs(): number {
    return Math.max(this.staleWhileRevalidateMs, this.staleIfErrorMs);
  }

  /** Why a stale answer is served in place of an error; undefined if it is not, and the error is the caller's. */
  causeOf(error: unknown, context: WorkflowContext): StaleCause | undefined {
    const cause = failureCauseOf(error);
    if (this.#staleIf === undefined) return cause;
    try {
      const verdict: unknown = this.#staleIf(error, context);
      ignoreRejection(verdict);
      return verdict === true ? (cause ?? 'policy') : undefined;
    } catch {
      return undefined; // a rule that fails decides nothing; the caller gets the error of the step, not that of the rule
    }
  }
}
