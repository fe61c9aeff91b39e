import type { Limits, LimitUsed } from './limit-store.ts';

const MINUTE_MS = 60_000;

/** What counts for a key; null is unknown. */
export interface CountedUse {
  readonly requests: number | null;
  readonly tokens: number | null;
  readonly concurrent: number | null;
  readonly spentUsd: number | null;
  /** When the window of the budget ends, in milliseconds since the Unix epoch. */
  readonly endsAtMs?: number | undefined;
}

const UNKNOWN: CountedUse = { requests: null, tokens: null, concurrent: null, spentUsd: null };

/** What counts for a key, beside what each limit allows. */
export function usesOf(
  { requestsPerMinute, tokensPerMinute, concurrent, budget }: Limits,
  counted: CountedUse = UNKNOWN,
): readonly LimitUsed[] {
  const uses: LimitUsed[] = [];
  const add = (limit: LimitUsed['limit'], used: number | null, allowed = Infinity, window: Window = {}): void => {
    if (allowed !== Infinity) uses.push({ limit, used, allowed, ...window });
  };
  const { endsAtMs } = counted;
  add('requests', counted.requests, requestsPerMinute, { windowMs: MINUTE_MS });
  add('tokens', counted.tokens, tokensPerMinute, { windowMs: MINUTE_MS });
  add('concurrent', counted.concurrent, concurrent);
  add('budget', counted.spentUsd, budget?.limitUsd, {
    windowMs: budget?.windowMs,
    ...(endsAtMs !== undefined && { endsAtMs }),
  });
  return uses;
}

type Window = Pick<LimitUsed, 'windowMs' | 'endsAtMs'>;
