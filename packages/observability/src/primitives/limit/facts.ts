import type { LimitKind, LimitUsed } from '../../limits/limit-store.ts';

/** How a limit received an execution: let through, refused, or left by its caller before the decision. */
export type LimitOutcome = 'allowed' | 'refused' | 'cancelled';

/** What counts for a key after an execution. */
export interface LimitState {
  /** Empty for requests that count together because they have no key. */
  readonly key: string;
  readonly uses: readonly LimitUsed[];
}

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a limit is told apart by it. */
    'limit.operation': string;
    /** The limit that refused the execution; stated before the outcome. */
    'limit.refusedBy': LimitKind;
    'limit.outcome': LimitOutcome;
    /** The local share of this process decided, because the shared store could not be used. */
    'limit.local': true;
    /** Tokens that the execution was expected to use. */
    'limit.expectedTokens': number;
    /** Tokens that count for the execution, once it has ended: what it used, or what was expected if that is unknown. */
    'limit.tokens': number;
    /** US dollars that count for the execution, once it has ended. */
    'limit.costUsd': number;
    /** What the execution cost is unknown, and what was expected counts instead. */
    'limit.unpriced': true;
    /** Stated when an execution has ended or was refused, only where a record of the request is kept. It holds a key, so no span or metric has it. */
    'limit.state': LimitState;
    /** 1 when an execution is let through, -1 when it has ended. */
    'limit.running': 1 | -1;
  }
}
