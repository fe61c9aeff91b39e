import { type FailureKind, failureOf } from 'tta-dev-primitives';
import type { FailureCause } from '../facts.ts';

const CAUSES: Readonly<Partial<Record<FailureKind, FailureCause>>> = {
  network: 'network',
  timeout: 'timeout',
  rate_limited: 'rate_limited',
  quota: 'quota',
  billing: 'quota',
  overloaded: 'server_error',
  server_error: 'server_error',
  bad_response: 'server_error',
  incomplete: 'server_error',
  circuit_open: 'circuit_open',
};

/**
 * What has kept a provider from answering: it is down, limits us, is too slow, our account has run dry, or the
 * circuit is open. Undefined for everything
 * that is the caller's own doing: an abort, a wrong request, a refused key, a mistake in the program.
 */
export function failureCauseOf(error: unknown): FailureCause | undefined {
  const kind = failureOf(error)?.kind;
  return kind && CAUSES[kind];
}
