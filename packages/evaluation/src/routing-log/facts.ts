/**
 * What became of a row: it is in the sink; the sink refused it; there was no room for it; its prompt or its model is not known; or there
 * was no whole answer.
 */
export type RoutingLogOutcome = 'written' | 'refused' | 'dropped' | 'unknown' | 'unanswered';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a log has it as a label. */
    'routingLog.operation': string;
    /** Stated once per execution, usually after the caller has got the answer. */
    'routingLog.outcome': RoutingLogOutcome;
  }
}
