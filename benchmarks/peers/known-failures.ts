import type { ConformanceResult } from 'tta-conformance';

/** What experiments with a peer alone, outside the suite, have shown. */
interface Known {
  /** The cases that it fails. One that it passes says that the peer, its adapter or the case has changed. */
  readonly fails: readonly string[];
  /** Why a verdict is what it is, where that is not plain from the case. */
  readonly remarks?: Readonly<Record<string, string>>;
}

const HALF_OPEN =
  'while a probe is out it makes further calls wait, refuses them if the probe fails and runs them if not';

const KNOWN: Readonly<Record<string, Readonly<Record<string, Known>>>> = {
  timeout: {
    'cockatiel 4 aggressive': {
      fails: 'C06 C07 C11 C13 C14 C15 C16 C17 C18 C19 C20 C21 C23 C27 C32'.split(' '),
      remarks: { C09: 'the late result is quiet, but counted by nobody', C10: 'as C09' },
    },
    'cockatiel 4 cooperative': {
      fails: 'C06 C08 C09 C10 C11 C13 C14 C15 C16 C17 C18 C19 C20 C23 C27'.split(' '),
      remarks: { C32: 'it never rejects a call that ignores its signal, so there is no error to look at' },
    },
    'p-timeout 8': {
      fails: 'C03 C07 C11 C15 C21 C27 C32'.split(' '),
      remarks: {
        C06: 'it rejects in time, but has no signal with which to stop the work',
        C11: 'it takes a promise, so the work has begun before it is asked',
        C15: 'the outer error is right; the inner call is never told and goes on to its own limit',
      },
    },
    'Effect 4': {
      fails: 'C07 C11 C12 C13 C16 C17 C18 C21 C27 C32'.split(' '),
      remarks: {
        C15: 'the error is right, also when both timeouts are of Effect; the work is told an AbortError in place of it',
      },
    },
    'opossum 10': {
      fails: 'C05 C07 C11 C12 C13 C15 C16 C17 C18 C19 C20 C21 C27 C32'.split(' '),
      remarks: {
        C06: 'the signal is aborted with an AbortError, and the call rejects with another error',
        C15: 'the outer error is right; the inner call is never told and goes on to its own limit',
      },
    },
    'signal race': { fails: 'C03 C07 C11 C16 C19 C20 C21 C23 C27 C32'.split(' ') },
  },
  breaker: {
    'cockatiel 4': {
      fails: ['B2', 'B5', 'B7', 'B9'],
      remarks: { B2: HALF_OPEN, B9: 'it measures the recovery time by the wall clock' },
    },
    'opossum 10': { fails: ['B4', 'B5', 'B7'] },
  },
  retry: {
    'cockatiel 4': { fails: ['R1', 'R2'] },
    'Effect 4': { fails: ['R1', 'R2'], remarks: { R1: 'it stops at once, but loses the reason', R2: 'as R1' } },
  },
};

/** The known failures of a peer that it has not shown this time. */
export function notReproduced(subject: string, peer: string, results: readonly ConformanceResult[]): string[] {
  const failed = new Set(results.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id));
  return (KNOWN[subject]?.[peer]?.fails ?? []).filter((id) => !failed.has(id));
}

export function remarksOn(subject: string, peer: string): Readonly<Record<string, string>> {
  return KNOWN[subject]?.[peer]?.remarks ?? {};
}
