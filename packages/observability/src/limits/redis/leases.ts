import type { Clock } from 'tta-dev-primitives';
import type { Timer } from 'tta-dev-primitives/internal';
import type { GuardedScripts } from './guarded-scripts.ts';
import { RENEW } from './limit-scripts.ts';

/** How often a lease is renewed while it lives. */
const RENEWALS = 3;

/**
 * What runs in this process, as far as it is limited: each request holds a lease in Redis, renewed until the request has ended. The leases of a process
 * that died lapse.
 */
export class Leases {
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #scripts: GuardedScripts;
  /** The ids of what runs, by the key of their set in Redis. */
  readonly #running = new Map<string, Set<string>>();
  #timer: Timer | undefined;

  /** @param clock - whose timers let the process end */
  constructor(clock: Clock, leaseMs: number, scripts: GuardedScripts) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
    this.#scripts = scripts;
  }

  add(key: string, id: string): void {
    const ids = this.#running.get(key) ?? new Set();
    this.#running.set(key, ids.add(id));
    this.#timer ??= this.#clock.setTimer(() => this.#renew(), this.#leaseMs / RENEWALS);
  }

  delete(key: string, id: string): void {
    const ids = this.#running.get(key);
    ids?.delete(id);
    if (ids?.size === 0) this.#running.delete(key);
  }

  close(): void {
    this.#timer?.cancel();
    this.#running.clear();
  }

  #renew(): void {
    this.#timer = undefined;
    if (this.#running.size === 0) return;
    for (const [key, ids] of this.#running) {
      this.#scripts.later((run) => run(RENEW, [key], [String(this.#leaseMs * 1_000), ...ids]));
    }
    this.#timer = this.#clock.setTimer(() => this.#renew(), this.#leaseMs / RENEWALS);
  }
}
