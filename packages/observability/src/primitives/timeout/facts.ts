/** What became of one execution of a timeout; exactly one is stated per execution. */
export type TimeoutOutcome = 'success' | 'late_success' | 'error' | 'timeout' | 'cancelled';

/** Which limit expired. */
export type TimeoutPhase = 'soft' | 'hard' | 'first_chunk' | 'idle' | 'total';

/**
 * Why stream limits did not apply: the output is not a stream, or another reader has locked it.
 */
export type UnusedStreamLimits = 'not_a_stream' | 'locked';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a timeout is told apart by it. */
    'timeout.operation': string;
    'timeout.limitMs': number;
    'timeout.graceMs': number;
    /** The longest wait for a chunk of the stream that was handed over; stated only where a record of the request is kept. */
    'timeout.idleMs': number;
    'timeout.outcome': TimeoutOutcome;
    /** Stated when a limit expires: the soft deadline first, the hard stop after it. */
    'timeout.phase': TimeoutPhase;
    /** How late the event loop ran the soft deadline, in milliseconds: tells a blocked loop from a slow provider. */
    'timeout.lagMs': number;
    /** Work that was given up and has not settled: +1 when it is given up, -1 when it settles after all. */
    'timeout.abandoned': 1 | -1;
    /** Stated for an output to which `stream` limits that are set do not apply. */
    'timeout.streamLimits': UnusedStreamLimits;
    /** A result that came after the caller had been answered, and was dropped. */
    'timeout.discarded': 'resolved' | 'rejected';
  }

  interface ReportSummary {
    /** How the outermost timeout ended. */
    timeoutOutcome: TimeoutOutcome;
    /** The limits that expired, of all timeouts, in the order in which the executions began; empty if all was in time. */
    phases: readonly TimeoutPhase[];
  }
}
