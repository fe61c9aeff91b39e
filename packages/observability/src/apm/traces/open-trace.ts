import type { AttributeValue, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ClockTimes } from './clock-times.ts';

/** What becomes of a trace: `sampled` by its ratio or parent, `kept` for what it turned out to be, or `dropped`. */
export type Decision = 'open' | 'sampled' | 'kept' | 'dropped';

/** The span of an execution that is inside no other one. */
export interface RootSpan {
  readonly ended: boolean;
  readonly status: SpanStatus;
  readonly durationMs: number;
  /** Adds what is found out after the end. */
  addLate(name: string, value: AttributeValue): void;
}

/** The spans of one trace in this process, until it is decided whether they are kept. */
export class OpenTrace {
  readonly traceId: string;
  readonly times: ClockTimes = new ClockTimes();
  /** The spans whose parent is not one of ours: the outermost executions. */
  roots: RootSpan[] = [];
  /** The spans that have ended; empty once the trace is decided. */
  spans: ReadableSpan[] = [];
  decision: Decision;
  /** How many spans have started and not ended. */
  openSpans = 0;
  /** About how much memory the ended spans take. */
  bytes = 0;

  constructor(traceId: string, isSampled: boolean) {
    this.traceId = traceId;
    this.decision = isSampled ? 'sampled' : 'open';
  }

  get isSampled(): boolean {
    return this.decision === 'sampled' || this.decision === 'kept';
  }
}
