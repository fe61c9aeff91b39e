import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { BreakerState } from '../../../../store/store-breaker.ts';
import { describeReason, type StoreErrorReason } from '../../../../store/store-error-reason.ts';
import type { StoreLogger } from '../../../../store/store-logger.ts';

/** Turns changes of a store into lines, one per change, however often it is tried in between. */
export class StoreLog {
  readonly #logger: StoreLogger | undefined;
  #readsLostTo: StoreErrorReason | undefined;
  #writesLostTo: StoreErrorReason | undefined;

  constructor(logger: StoreLogger | undefined) {
    this.#logger = logger;
  }

  /** One more line follows a loss that turns out to be our credentials: only their owner can fix them. */
  readsChanged(state: BreakerState, reason: StoreErrorReason): void {
    if (state === 'half_open') return;
    if (state === 'closed') {
      this.#readsLostTo = undefined;
      this.#say('info', 'usable again');
      return;
    }
    if (this.#readsLostTo !== undefined && (reason !== 'auth' || this.#readsLostTo === 'auth')) return;
    this.#readsLostTo = reason;
    if (reason === 'auth') this.#say('error', 'it refuses our credentials; it is not used until it takes them');
    else if (reason === 'not_installed') this.#say('error', `not usable (${describeReason(reason)})`);
    else this.#say('warn', `not usable (${reason}); it is left alone until it answers`);
  }

  /** A store that is lost altogether loses its writes too, which is one line and not two. */
  writesChanged(state: BreakerState, reason: StoreErrorReason): void {
    if (state === 'closed' && this.#writesLostTo !== undefined) {
      this.#writesLostTo = undefined;
      this.#say('info', 'takes writes again');
    }
    if (state !== 'open' || this.#writesLostTo !== undefined || this.#readsLostTo !== undefined) return;
    this.#writesLostTo = reason;
    this.#say('warn', `refuses writes (${reason}); answers are not stored until it takes them`);
  }

  /** Said once: leases stay off. */
  leasesRefused(): void {
    this.#say('warn', 'it refuses what leases need (EVAL with GET, SET and DEL); processes do not share calls');
  }

  #say(level: keyof StoreLogger, message: string): void {
    try {
      ignoreRejection(this.#logger?.[level](`cache store: ${message}`));
    } catch {
      // The failure of a logger cannot be logged; the store goes on.
    }
  }
}
