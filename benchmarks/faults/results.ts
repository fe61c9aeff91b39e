import { type Asked, type End, worstEnd } from './asking.ts';
import type { Client } from './clients/clients.ts';
import type { Fault } from './faults.ts';
import type { Trial } from './trial.ts';

const RECOVERY_ALLOWED_MS = 1_000;

/** What a client did in all the trials of one fault; each figure with the worst one beside it. */
export interface Result {
  readonly client: string;
  readonly fault: string;
  readonly trials: number;
  readonly first: Summary;
  /** Of the second to the tenth answer, whichever took longest. */
  readonly later: Summary;
  /** The worst of all; null if Redis was not used again in time. */
  readonly recoveryMs: number | null;
  /** What ours may take; the others are shown beside it. */
  readonly allowedMs: { readonly first: number; readonly later: number; readonly recovery: number } | null;
  readonly isWithin: boolean;
}

export interface Summary {
  /** The worst of all trials. */
  readonly end: End;
  readonly medianMs: number;
  readonly worstMs: number;
}

export function resultOf(client: Client, fault: Fault, trials: readonly Trial[]): Result {
  const first = summaryOf(trials.map((trial) => trial.first));
  const later = summaryOf(trials.map((trial) => trial.later));
  const recoveryMs = worstRecovery(trials.map((trial) => trial.recoveryMs));
  const allowedMs = client.isOurs ? { ...fault.allowedMs, recovery: RECOVERY_ALLOWED_MS } : null;
  const isWithin =
    allowedMs === null ||
    ([first, later].every(({ end }) => end === 'ok') &&
      first.medianMs <= allowedMs.first &&
      later.medianMs <= allowedMs.later &&
      recoveryMs !== null &&
      recoveryMs <= allowedMs.recovery);
  return {
    client: client.name,
    fault: fault.name,
    trials: trials.length,
    first,
    later,
    recoveryMs,
    allowedMs,
    isWithin,
  };
}

function summaryOf(asked: readonly Asked[]): Summary {
  const times = asked.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    end: worstEnd(asked.map(({ end }) => end)),
    medianMs: times[times.length >> 1] ?? 0,
    worstMs: times.at(-1) ?? 0,
  };
}

function worstRecovery(times: readonly (number | null)[]): number | null {
  return times.includes(null) ? null : Math.max(...times.map(Number));
}
