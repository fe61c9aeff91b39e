import { checkNoUnknown, checkNumber, type OptionNames, refusal } from 'tta-dev-primitives/internal';

/** How processes that share a store share a call. */
export interface LeaseOptions {
  /**
   * How long a lease outlives a process that was lost, in milliseconds: that long its work is waited for in vain. Between 100 and
   * 3_600_000; it is renewed four times as often while the step runs.
   *
   * @defaultValue 2_000
   */
  readonly ttlMs?: number | undefined;
  /**
   * How long one request waits at most for calls of other processes, in milliseconds, before it calls the step itself. With 0 it
   * never waits.
   *
   * @defaultValue 30_000
   */
  readonly waitMs?: number | undefined;
  /**
   * As `waitMs`, from the moment the answer of the other process turns out to be a stream: it can be replayed only once it has
   * ended, and to open a stream of one's own gives the first chunk earlier.
   *
   * @defaultValue 1_000
   */
  readonly streamWaitMs?: number | undefined;
}

/** The options with their defaults. */
export type LeaseTerms = { readonly [Name in keyof LeaseOptions]-?: number };

export function leaseTerms({ ttlMs = 2_000, waitMs = 30_000, streamWaitMs = 1_000 }: LeaseOptions): LeaseTerms {
  return { ttlMs, waitMs, streamWaitMs };
}

const OPTIONS: OptionNames<LeaseOptions> = { ttlMs: true, waitMs: true, streamWaitMs: true };

/** @throws TypeError or RangeError that names the option, the value and what is allowed */
export function checkLeaseOptions(lease: unknown): asserts lease is false | LeaseOptions | undefined {
  if (lease === undefined || lease === false) return;
  if (typeof lease !== 'object' || lease === null) {
    throw new TypeError(refusal('CachePrimitive', 'lease', lease, 'false or an object'));
  }
  checkNoUnknown('CachePrimitive', lease, OPTIONS, 'lease');
  const { ttlMs, waitMs, streamWaitMs } = leaseTerms(lease);
  checkNumber('CachePrimitive', 'lease.ttlMs', ttlMs, { atLeast: 100, atMost: 3_600_000 });
  for (const [name, value] of Object.entries({ waitMs, streamWaitMs })) {
    checkNumber('CachePrimitive', `lease.${name}`, value, { atLeast: 0, allowInfinity: true });
  }
}
