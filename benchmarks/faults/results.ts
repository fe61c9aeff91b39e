import { type Asked, type End, worstEnd } from './asking.ts';
import type { Client } from './clients/clients.ts';
import type { Fault } from './faults.ts';
import type { Trial } from './trial.ts';

const RECOVERY_ALLOWED_MS = 1_000;

/** The share of trials that is judged by its times: those in which the machine disturbed the step by itself least. */
const JUDGED = 0.6;

/** What a client did in all the trials of one fault. */
export interface Result {
  readonly client: string;
  readonly fault: string;
  readonly trials: number;
  readonly first: Summary;
  /** Of the second to the tenth answer, whichever took longest. */
  readonly later: Summary;
  /** The step by itself in the same processes, at its longest. */
  readonly bareStep: Times;
  /** The worst of all trials; null if Redis was not used again in time. */
  readonly recoveryMs: number | null;
  /** What ours may take; the others are shown beside it. */
  readonly allowedMs: { readonly first: number; readonly later: number; readonly recovery: number } | null;
  readonly isWithin: boolean;
}

export interface Times {
  /** Of the trials that are judged. */
  readonly medianMs: number;
  /** Of all trials. */
  readonly worstMs: number;
}

export interface Summary extends Times {
  /** The worst of all trials. */
  readonly end: End;
}

export function resultOf(client: Client, fault: Fault, done: readonly Trial[]): Result {
  const trials = done.toSorted((a, b) => a.bareStepMs - b.bareStepMs);
  const figures = {
    first: summaryOf(trials.map(({ first }) => first)),
    later: summaryOf(trials.map(({ later }) => later)),
    bareStep: timesOf(trials.map(({ bareStepMs }) => bareStepMs)),
    recoveryMs: worstRecovery(trials.map(({ recoveryMs }) => recoveryMs)),
  };
  const allowedMs = client.isOurs ? { ...fault.allowedMs, recovery: RECOVERY_ALLOWED_MS } : null;
  const isWithin = allowedMs === null || keeps(figures, allowedMs);
  return { client: client.name, fault: fault.name, trials: trials.length, ...figures, allowedMs, isWithin };
}

function keeps(
  { first, later, recoveryMs }: Pick<Result, 'first' | 'later' | 'recoveryMs'>,
  allowed: NonNullable<Result['allowedMs']>,
): boolean {
  const isAnswered = first.end === 'ok' && later.end === 'ok';
  const isSoon = first.medianMs <= allowed.first && later.medianMs <= allowed.later;
  return isAnswered && isSoon && recoveryMs !== null && recoveryMs <= allowed.recovery;
}

function summaryOf(asked: readonly Asked[]): Summary {
  return { end: worstEnd(asked.map(({ end }) => end)), ...timesOf(asked.map(({ ms }) => ms)) };
}

/** Of trials in the order of how little they were disturbed. */
function timesOf(times: readonly number[]): Times {
  const judged = times.slice(0, Math.ceil(times.length * JUDGED)).sort((a, b) => a - b);
  return { medianMs: judged[judged.length >> 1] ?? 0, worstMs: Math.max(...times) };
}

function worstRecovery(times: readonly (number | null)[]): number | null {
  return times.includes(null) ? null : Math.max(...times.map(Number));
}
