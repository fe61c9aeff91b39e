export interface SelfSwitchSettings {
  /** How many requests are looked at before the cheap stages are switched off. */
  readonly minRequests: number;
  /** While they are switched off, one request in so many is sent through them, to see whether they pay again. */
  readonly probeEvery: number;
}

/** The newest requests count most: the weight of one halves with every hundred that follow. */
const DECAY = 0.5 ** (1 / 100);

/** How much surer than chance it must be that the cheap stages pay again. */
const STANDARD_ERRORS = 1;

/** Fewer probes than these say nothing. */
const MIN_PROBES = 20;

/**
 * Switches the cheap stages of a cascade off while they cost more than they save.
 *
 * A request saves what the last stage would have cost, if that was spared, less what the cheap stages cost. They are switched off when the
 * newest requests have saved less than nothing on average, and on again when the probes since then have saved more than their
 * standard error.
 */
export class SelfSwitch {
  readonly #settings: SelfSwitchSettings;
  #isOn = true;
  #skipped = 0;
  #window = new DecayingMean();

  constructor(settings: SelfSwitchSettings) {
    this.#settings = settings;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Whether the next request goes through the cheap stages: always while they are on, now and then while they are not. */
  admits(): boolean {
    if (this.#isOn) return true;
    this.#skipped += 1;
    return this.#skipped % this.#settings.probeEvery === 0;
  }

  /**
   * Learns what a request that went through the cheap stages saved, in US dollars; a loss is below 0.
   *
   * @returns whether that has changed the switch
   */
  observe(savedUsd: number): boolean {
    this.#window.add(savedUsd);
    const { mean, standardError, count } = this.#window;
    const pays = this.#isOn
      ? count < this.#settings.minRequests || mean >= 0
      : count >= MIN_PROBES && mean > STANDARD_ERRORS * standardError;
    if (pays === this.#isOn) return false;
    this.#isOn = pays;
    this.#skipped = 0;
    this.#window = new DecayingMean();
    return true;
  }
}

/** A mean in which old values fade. */
class DecayingMean {
  count = 0;
  #weight = 0;
  #squaredWeight = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.count += 1;
    this.#weight = this.#weight * DECAY + 1;
    this.#squaredWeight = this.#squaredWeight * DECAY ** 2 + 1;
    this.#sum = this.#sum * DECAY + value;
    this.#squares = this.#squares * DECAY + value ** 2;
  }

  get mean(): number {
    return this.#sum / this.#weight;
  }

  get standardError(): number {
    const variance = Math.max(0, this.#squares / this.#weight - this.mean ** 2);
    return Math.sqrt((variance * this.#squaredWeight) / this.#weight ** 2);
  }
}
