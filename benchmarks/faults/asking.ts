import { setTimeout as sleep } from 'node:timers/promises';
import { type Ask, answerTo, type Step } from './clients/client.ts';

/** How a question ended: with its answer, with an error in its place, with neither in time, or with the end of the process. */
export type End = (typeof ENDS)[number];

const ENDS = ['ok', 'error', 'hang', 'died'] as const;

export interface Asked {
  readonly end: End;
  readonly ms: number;
}

/** The answers during a fault. */
export interface DuringFault {
  readonly first: Asked;
  /** The second to the tenth together: the worst end, and the longest time. No more are asked for after one that hangs. */
  readonly later: Asked;
  /** The longest of ten steps by themselves, one after each answer: how much the machine disturbed the trial. */
  readonly bareStepMs: number;
}

/** How long an answer is waited for, in milliseconds: an error that comes after five seconds is seen in the first one. */
const PATIENCE_MS = { first: 6_000, later: 2_000, recovery: 5_000 } as const;

const LATER = 9;

/** A key that is new each time: what is kept in the process hides no fault. */
export async function askDuringFault(ask: Ask, step: Step): Promise<DuringFault> {
  const first = await askOnce(ask, 'during the fault 1', PATIENCE_MS.first);
  let bareStepMs = await timeOf(step);
  let later: Asked = { end: 'ok', ms: 0 };
  for (let turn = 0; turn < LATER && later.end !== 'hang'; turn += 1) {
    later = worse(later, await askOnce(ask, `during the fault ${turn + 2}`, PATIENCE_MS.later));
    bareStepMs = Math.max(bareStepMs, await timeOf(step));
  }
  return { first, later, bareStepMs };
}

async function timeOf(step: Step): Promise<number> {
  const startedAt = performance.now();
  await step('without a cache');
  return round(performance.now() - startedAt);
}

function worse(one: Asked, other: Asked): Asked {
  return { end: worstEnd([one.end, other.end]), ms: Math.max(one.ms, other.ms) };
}

export function worstEnd(ends: readonly End[]): End {
  return ENDS[Math.max(...ends.map((end) => ENDS.indexOf(end)))] ?? 'ok';
}

async function askOnce(ask: Ask, question: string, patienceMs: number): Promise<Asked> {
  const startedAt = performance.now();
  const patience = new AbortController();
  const end = await Promise.race([
    answered(ask, question),
    sleep(patienceMs, 'hang' as const, { signal: patience.signal }),
  ]);
  patience.abort();
  return { end, ms: round(performance.now() - startedAt) };
}

async function answered(ask: Ask, question: string): Promise<'ok' | 'error'> {
  try {
    return (await ask(question)) === answerTo(question) ? 'ok' : 'error';
  } catch {
    return 'error';
  }
}

/** Two caches over one connection, and how often their step was asked a question. */
export interface Caches {
  readonly writer: Ask;
  readonly reader: Ask;
  readonly callsFor: (question: string) => number;
}

const TRY_EVERY_MS = 25;
const TIME_TO_WRITE_MS = 10;

/**
 * Waits until what one cache has stored is had by another from Redis, and gives the milliseconds that took. A new key is tried every
 * 25 ms, whether or not the ones before have come to an end.
 *
 * @returns null if that does not happen in time
 */
export async function untilUsed({ writer, reader, callsFor }: Caches, about: string): Promise<number | null> {
  const startedAt = performance.now();
  const dueAt = startedAt + PATIENCE_MS.recovery;
  let usedAt: number | undefined;
  const trySharing = async (question: string): Promise<void> => {
    await writer(question);
    await sleep(TIME_TO_WRITE_MS);
    if ((await reader(question)) === answerTo(question) && callsFor(question) === 1) usedAt ??= performance.now();
  };
  for (let turn = 0; usedAt === undefined && performance.now() < dueAt; turn += 1) {
    trySharing(`${about} ${turn}`).catch(() => {}); // a client that still fails is tried again
    await sleep(TRY_EVERY_MS);
  }
  return usedAt === undefined ? null : round(usedAt - startedAt);
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
