import type { Clock } from 'tta-dev-primitives';
import { BudgetWindow } from './budget-window.ts';
import type {
  BudgetLimit,
  ExpectedUse,
  LimitKind,
  LimitRefusal,
  LimitRequest,
  LimitReservation,
  Limits,
  LimitUse,
  LimitUsed,
  LimitVerdict,
} from './limit-store.ts';
import { SlidingWindow } from './sliding-window.ts';
import { usesOf } from './uses-of.ts';

const MINUTE_MS = 60_000;

/** When a running request ends is unknown, so a refusal for concurrency says this. */
const RETRY_CONCURRENT_MS = 1_000;

/** Why a limit does not let a request through now. */
type Blockade = Pick<LimitRefusal, 'limit' | 'retryAfterMs' | 'isTooLarge'>;

/** Everything that is counted for one key. */
export class Account {
  readonly #minute = new SlidingWindow(MINUTE_MS);
  #budget: BudgetWindow | undefined;
  #budgetEndsAt = -Infinity;
  #running = 0;

  /** Whether forgetting the account changes no decision. */
  isIdle(clock: Clock): boolean {
    this.#minute.moveTo(clock.now());
    if (this.#running > 0 || !this.#minute.isEmpty) return false;
    return this.#budget === undefined || this.#budget.spentUsd === 0 || clock.epochMs() >= this.#budgetEndsAt;
  }

  /** Lets a request through if every limit does. */
  reserve(request: LimitRequest, isLocal: boolean): LimitVerdict {
    const { limits, expected, clock } = request;
    const { requestsPerMinute = Infinity, tokensPerMinute = Infinity, concurrent = Infinity, budget } = limits;
    const now = clock.now();
    this.#minute.moveTo(now);
    const blockade = longest(
      this.#requestsBlockade(now, requestsPerMinute),
      this.#tokensBlockade(now, tokensPerMinute, expected),
      this.#running < concurrent ? undefined : blockadeOf('concurrent', RETRY_CONCURRENT_MS),
      budget && this.#budgetBlockade(budget, expected, clock.epochMs()),
    );
    return blockade === undefined ? this.#admit(request, now, isLocal) : { isAllowed: false, isLocal, ...blockade };
  }

  /** Counts a request that was decided elsewhere. */
  admit(request: LimitRequest): LimitReservation {
    const now = request.clock.now();
    this.#minute.moveTo(now);
    return this.#admit(request, now, false);
  }

  #admit({ limits, expected, clock }: LimitRequest, now: number, isLocal: boolean): LimitReservation {
    const { requestsPerMinute = Infinity, tokensPerMinute = Infinity, budget } = limits;
    const isCountedByMinute = requestsPerMinute < Infinity || tokensPerMinute < Infinity;
    const entry = isCountedByMinute ? this.#minute.add(now, expected.tokens) : undefined;
    const money =
      budget && this.#budgetAt(clock.epochMs(), budget).reserve(Math.min(expected.costUsd, budget.limitUsd));
    this.#running += 1;
    const end = (requests: number, { tokens, costUsd }: LimitUse): void => {
      this.#running -= 1;
      if (entry !== undefined) this.#minute.correct(entry, requests, tokens);
      money?.settle(costUsd);
    };
    return new AccountReservation(isLocal, end, () => this.#used(limits, clock));
  }

  #used(limits: Limits, clock: Clock): readonly LimitUsed[] {
    this.#minute.moveTo(clock.now());
    const { requests, tokens } = this.#minute;
    const { budget } = limits;
    const spentUsd = budget === undefined ? null : this.#budgetAt(clock.epochMs(), budget).spentUsd;
    return usesOf(limits, { requests, tokens, concurrent: this.#running, spentUsd, endsAtMs: this.#budgetEndsAt });
  }

  #requestsBlockade(now: number, limit: number): Blockade | undefined {
    if (this.#minute.requests < limit) return undefined;
    return blockadeOf(
      'requests',
      this.#minute.waitMs(now, (requests) => requests < limit),
    );
  }

  #tokensBlockade(now: number, limit: number, { tokens, isGuess }: ExpectedUse): Blockade | undefined {
    if (tokens > limit && !isGuess) return { ...blockadeOf('tokens', MINUTE_MS), isTooLarge: true };
    const most = limit - Math.min(tokens, limit);
    if (this.#minute.tokens <= most) return undefined;
    return blockadeOf(
      'tokens',
      this.#minute.waitMs(now, (_, left) => left <= most),
    );
  }

  #budgetBlockade(budget: BudgetLimit, { costUsd, isGuess }: ExpectedUse, epochMs: number): Blockade | undefined {
    const { limitUsd, windowMs } = budget;
    const blockade = blockadeOf('budget', windowMs - (epochMs % windowMs));
    const isBounded = !isGuess && costUsd !== Infinity;
    if (limitUsd === 0 || (costUsd > limitUsd && isBounded)) return { ...blockade, isTooLarge: true };
    const window = this.#budgetAt(epochMs, budget);
    return window.fits(Infinity, Math.min(costUsd, limitUsd), limitUsd) ? undefined : blockade;
  }

  #budgetAt(epochMs: number, { limitUsd, windowMs }: BudgetLimit): BudgetWindow {
    const index = Math.floor(epochMs / windowMs);
    // A wall clock that is set back stays in the window it was in.
    if (this.#budget === undefined || this.#budget.index < index) {
      this.#budget = new BudgetWindow(index, limitUsd);
      this.#budgetEndsAt = (index + 1) * windowMs;
    }
    return this.#budget;
  }
}

class AccountReservation implements LimitReservation {
  readonly isAllowed = true;
  readonly isLocal: boolean;
  readonly used: () => readonly LimitUsed[];
  readonly #end: (requests: number, used: LimitUse) => void;
  #hasEnded = false;

  constructor(isLocal: boolean, end: (requests: number, used: LimitUse) => void, used: () => readonly LimitUsed[]) {
    this.isLocal = isLocal;
    this.used = used;
    this.#end = end;
  }

  settle(used: LimitUse): void {
    this.#finish(1, used);
  }

  release(): void {
    this.#finish(0, NOTHING);
  }

  #finish(requests: number, used: LimitUse): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#end(requests, used);
  }
}

const NOTHING: LimitUse = { tokens: 0, costUsd: 0 };

function longest(...blockades: readonly (Blockade | undefined)[]): Blockade | undefined {
  return blockades.reduce(
    (most, each) => ((each?.retryAfterMs ?? 0) > (most?.retryAfterMs ?? 0) ? each : most),
    undefined,
  );
}

function blockadeOf(limit: LimitKind, retryAfterMs: number): Blockade {
  return { limit, retryAfterMs, isTooLarge: false };
}
