import type { TimeoutPhase } from './facts.ts';

/** Under `Symbol.for`, to recognise errors across copies of this package. */
const BRAND: symbol = Symbol.for('tta-observability-integration.TimeoutError');

/** What a {@link TimeoutError} tells. */
export interface TimeoutErrorInit {
  readonly operation: string;
  /** The limit that has passed, in milliseconds. */
  readonly timeoutMs: number;
  readonly graceMs: number;
  /** Milliseconds since the execution began. */
  readonly elapsedMs: number;
  /** How late the event loop noticed, in milliseconds. */
  readonly lagMs: number;
  readonly phase: TimeoutPhase;
  /** How many chunks of a stream its reader had got. */
  readonly chunks?: number | undefined;
  /** Which try of the work it was, from 1. */
  readonly attempt?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A limit in time has passed: the reason of the aborted signal, and what the caller gets.
 *
 * It has the name of the platform's `DOMException`, and passes the same checks.
 */
export class TimeoutError extends Error {
  declare readonly name: 'TimeoutError';
  readonly code = 'ERR_TTA_TIMEOUT';
  /** Whose limit it was. */
  readonly operation: string;
  /** The limit that has passed, in milliseconds; for the phases of a stream, that limit of the stream. */
  readonly timeoutMs: number;
  /** How long past `timeoutMs` an answer would have been accepted, in milliseconds. */
  readonly graceMs: number;
  /** Milliseconds from the start of the execution to this error. */
  readonly elapsedMs: number;
  /** How late the event loop noticed, in milliseconds: tells a blocked loop from a slow provider. */
  readonly lagMs: number;
  readonly phase: TimeoutPhase;
  /** How many chunks of a stream its reader had got; undefined unless a stream was late. */
  readonly chunks: number | undefined;
  readonly attempt: number | undefined;
  readonly retryable = true;

  constructor(init: TimeoutErrorInit) {
    super(describe(init), init.cause === undefined ? undefined : { cause: init.cause });
    this.operation = init.operation;
    this.timeoutMs = init.timeoutMs;
    this.graceMs = init.graceMs;
    this.elapsedMs = init.elapsedMs;
    this.lagMs = init.lagMs;
    this.phase = init.phase;
    this.chunks = init.chunks;
    this.attempt = init.attempt;
  }

  static {
    // On the prototype: the stack is written before any field of an instance is.
    Object.defineProperty(TimeoutError.prototype, 'name', {
      value: 'TimeoutError',
      configurable: true,
      writable: true,
    });
    Object.defineProperty(TimeoutError.prototype, BRAND, { value: true });
  }
}

/**
 * Whether an error is a {@link TimeoutError}, also one from another copy of this package.
 *
 * @param primitive - accept only the errors of its operation
 * @example
 * ```ts
 * if (isTimeoutError(error) && error.phase === 'idle') console.log(`stalled after ${error.chunks} chunks`);
 * ```
 */
export function isTimeoutError(error: unknown, primitive?: { readonly operation: string }): error is TimeoutError {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return primitive === undefined || (error as TimeoutError).operation === primitive.operation;
}

function describe({ operation, timeoutMs, graceMs, elapsedMs, phase, chunks = 0 }: TimeoutErrorInit): string {
  const limit = `${rounded(timeoutMs)} ms`;
  const waited = `waited ${rounded(elapsedMs)} ms, ${rounded(graceMs)} ms of grace`;
  switch (phase) {
    case 'soft':
      return `${operation}: no answer within ${limit} (${waited})`;
    case 'hard':
      return `${operation}: no answer within ${limit}, nor in the grace after it (${waited})`;
    case 'first_chunk':
      return `${operation}: no first chunk within ${limit} (${waited})`;
    case 'idle':
      return `${operation}: no ${chunks === 0 ? 'chunk' : 'further chunk'} within ${limit} after ${chunks} of them (${waited})`;
    case 'total':
      return `${operation}: the stream did not end within ${limit}, after ${chunks} chunks (${waited})`;
  }
}

function rounded(ms: number): number {
  return Math.round(ms);
}
