import { type FailureKind, failureOf, type WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { FailureCause, StaleCause } from '../facts.ts';
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

const CAUSES: Readonly<Partial<Record<FailureKind, FailureCause>>> = {
  network: 'network',
  timeout: 'timeout',
  rate_limited: 'rate_limited',
  quota: 'quota',
  billing: 'quota',
  overloaded: 'server_error',
  server_error: 'server_error',
  bad_response: 'server_error',
  incomplete: 'server_error',
  circuit_open: 'circuit_open',
};

/**
 * What has kept a provider from answering: it is down, limits us, is too slow, our account has run dry, or the
 * circuit is open. Undefined for everything
 * that is the caller's own doing: an abort, a wrong request, a refused key, a mistake in the program.
 */
export function failureCauseOf(error: unknown): FailureCause | undefined {
  const kind = failureOf(error)?.kind;
  return kind && CAUSES[kind];
}
