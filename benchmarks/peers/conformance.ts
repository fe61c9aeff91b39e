import {
  breakerCases,
  type ConformanceAdapter,
  type ConformanceCase,
  type ConformanceResult,
  retryCases,
  runConformance,
  streamTimeoutCases,
  timeoutCases,
} from 'tta-dev-primitives/testing';
import {
  ownStreamTimeout,
  ownTimeout,
} from '../../packages/observability/src/primitives/timeout/__fixtures__/conformance-adapters.ts';
import { ownBreaker, ownRetry } from '../../packages/primitives/src/recovery/__fixtures__/conformance-adapters.ts';
import { cockatielAggressive, cockatielBreaker, cockatielCooperative, cockatielRetry } from './cockatiel.ts';
import { effectRetry, effectTimeout } from './effect.ts';
import { opossumBreaker, opossumTimeout } from './opossum.ts';
import { pTimeoutAdapter } from './p-timeout.ts';
import { signalRace } from './signal-race.ts';

/** The results of one implementation. */
export interface Column {
  readonly name: string;
  readonly isOurs: boolean;
  readonly results: readonly ConformanceResult[];
}

/** The results of every implementation of one kind. */
export interface Table {
  readonly subject: 'timeout' | 'stream timeout' | 'breaker' | 'retry';
  readonly columns: readonly Column[];
}

/** Puts ours and the peers to every case, one implementation after the other, ours first. */
export async function conformanceTables(onCase: () => void): Promise<Table[]> {
  const timeouts = [
    ownTimeout(ownBreaker),
    ...[cockatielAggressive, cockatielCooperative, pTimeoutAdapter, effectTimeout, opossumTimeout, signalRace],
  ];
  return [
    { subject: 'timeout', columns: await columnsOf(timeoutCases, timeouts, onCase) },
    { subject: 'stream timeout', columns: await columnsOf(streamTimeoutCases, [ownStreamTimeout], onCase) },
    {
      subject: 'breaker',
      columns: await columnsOf(breakerCases, [ownBreaker, cockatielBreaker, opossumBreaker], onCase),
    },
    { subject: 'retry', columns: await columnsOf(retryCases, [ownRetry, cockatielRetry, effectRetry], onCase) },
  ];
}

async function columnsOf<Adapter extends ConformanceAdapter>(
  cases: readonly ConformanceCase<Adapter>[],
  adapters: readonly Adapter[],
  onResult: () => void,
): Promise<Column[]> {
  const columns: Column[] = [];
  for (const adapter of adapters) {
    const results = await runConformance(cases, adapter, { onResult });
    columns.push({ name: adapter.name, isOurs: columns.length === 0, results });
  }
  return columns;
}
