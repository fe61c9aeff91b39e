import {
  functionOption,
  numberOption,
  type OptionRules,
  observeReports,
  option,
  readOptions,
  refusal,
} from 'tta-dev-primitives/internal';
import type { LedgerEntry } from './entry.ts';
import { stateEntry } from './facts.ts';
import { type HoldOutOptions, holdOutBy } from './hold-out.ts';
import { isRequest, ledgerEntryOf } from './ledger-entry.ts';
import { LedgerSums, type LedgerTotals } from './ledger-sums.ts';
import type { LedgerSink } from './sinks/sink.ts';
import { AmountSums } from './totals.ts';

export interface SavingsLedgerOptions {
  /** Where entries are written: `jsonLinesSink`, `sqliteSink`, or your own. @defaultValue nowhere: only the totals are kept */
  readonly sinks?: readonly LedgerSink[] | undefined;
  /** Holds requests out at random, to measure what savings are worth. @defaultValue no request */
  readonly holdOut?: HoldOutOptions | undefined;
  /** How many routes, models, tenants and tags have sums of their own. The rest adds up in `_other`. @defaultValue 100 */
  readonly maxGroups?: number | undefined;
  /** Whether every request of the process is recorded. If false, only what is given to `record`. @defaultValue true */
  readonly observe?: boolean | undefined;
  /** Called with what keeps an entry from being made or written. The work goes on. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const OWNER = 'SavingsLedger';

const RULES = {
  sinks: option((owner, name, value) => {
    if (!Array.isArray(value)) throw new TypeError(refusal(owner, name, value, 'a list of sinks'));
  }),
  holdOut: option(() => {}),
  maxGroups: numberOption({ atLeast: 1, isInteger: true }, 100),
  observe: option((owner, name, value) => {
    if (typeof value !== 'boolean') throw new TypeError(refusal(owner, name, value, 'true or false'));
  }),
  onError: functionOption(),
} satisfies OptionRules<SavingsLedgerOptions>;

/**
 * Keeps account of every request of the process: what it cost, what routers, cascades and caches saved, and what was wasted.
 *
 * Each request becomes one entry when all of its work has really ended. Entries go to the sinks; their sums are here. Money adds up to a
 * billionth of a dollar. Losses are kept. An amount that is unknown is counted, and is in no sum. Realised savings (caches, shared calls)
 * are apart from estimated ones (routers, cascades).
 *
 * With `holdOut` some requests go without savings, and the totals say what savings are truly worth, with an interval of 95 %.
 *
 * @example
 * ```ts
 * const ledger = new SavingsLedger({ sinks: [jsonLinesSink({ path: 'ledger.jsonl' })], holdOut: { share: 0.05 } });
 * // ... requests ...
 * const { spendUsd, savedUsd, byTenant, holdOut } = ledger.totals();
 * await ledger.close();
 * ```
 */
export class SavingsLedger {
  readonly #sums: LedgerSums;
  readonly #sinks: readonly LedgerSink[];
  readonly #onError: ((error: unknown) => void) | undefined;
  readonly #stop: () => void;

  /** @throws TypeError or RangeError that names the option */
  constructor(options: SavingsLedgerOptions = {}) {
    const { sinks = [], holdOut, maxGroups, observe = true, onError } = readOptions(OWNER, options, RULES);
    const onStart = holdOut && holdOutBy(OWNER, holdOut);
    this.#sums = new LedgerSums(maxGroups);
    this.#sinks = sinks;
    this.#onError = onError;
    this.#stop = observe
      ? observeReports(
          {
            onStart: onStart && (({ request }) => onStart(request)),
            onReport: (record) => isRequest(record.request) && this.record(ledgerEntryOf(record)),
          },
          { onError },
        )
      : () => {};
  }

  /** Adds an entry, unless one of the same id was added before. */
  record(entry: LedgerEntry): void {
    if (!this.#sums.add(entry)) return;
    this.#state(entry);
    for (const sink of this.#sinks) {
      try {
        sink.write(entry);
      } catch (error) {
        this.#onError?.(error);
      }
    }
  }

  #state(entry: LedgerEntry): void {
    const sums = new AmountSums();
    sums.entry(entry);
    stateEntry(sums.snapshot());
  }

  /** The sums so far. */
  totals(): LedgerTotals {
    return this.#sums.snapshot();
  }

  /** Resolves when every entry is stored. @throws what kept a sink from storing them */
  async flush(): Promise<void> {
    await Promise.all(this.#sinks.map((sink) => sink.flush()));
  }

  /** Stops recording, stores what is left and closes the sinks. Idempotent. @throws what kept a sink from storing entries */
  async close(): Promise<void> {
    this.#stop();
    await Promise.all(this.#sinks.map((sink) => sink.close()));
  }

  toString(): string {
    const { requests, spendUsd, baselineUsd, savedUsd, wastedUsd, unpriced } = this.totals();
    const [spend, baseline, saved, wasted] = [spendUsd, baselineUsd, savedUsd, wastedUsd].map((usd) => usd.toFixed(6));
    return `SavingsLedger(${requests} requests: $${spend} spent of $${baseline}, $${saved} saved, $${wasted} wasted, ${unpriced} unpriced)`;
  }
}
