import {
  breakerCases,
  type ConformanceAdapter,
  type ConformanceCase,
  type ConformanceResult,
  retryCases,
  runConformance,
  streamTimeoutCases,
  timeoutCases,
} from 'tta-conformance';
import {
  ownStreamTimeout,
  ownTimeout,
} from '../../packages/observability/src/primitives/timeout/__fixtures__/conformance-adapters.ts';
import { ownBreaker, ownRetry } from '../../packages/primitives/src/recovery/__fixtures__/conformance-adapters.ts';
import { cockatielAggressive, cockatielBreaker, cockatielCooperative, cockatielRetry } from './cockatiel.ts';
import { effectRetry, effectTimeout } from './effect.ts';
import { notReproduced, remarksOn } from './known-failures.ts';
import { opossumBreaker, opossumTimeout } from './opossum.ts';
import { pTimeoutAdapter } from './p-timeout.ts';
import { signalRace } from './signal-race.ts';

/** The results of one implementation. */
export interface Column {
  readonly name: string;
  readonly isOurs: boolean;
  readonly results: readonly ConformanceResult[];
  /** Failures that are known from elsewhere and were not seen this time; empty for ours. */
  readonly notReproduced: readonly string[];
  /** Why the verdict on a case is what it is, by the case's number. */
  readonly remarks: Readonly<Record<string, string>>;
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
    await tableOf('timeout', timeoutCases, timeouts, onCase),
    await tableOf('stream timeout', streamTimeoutCases, [ownStreamTimeout], onCase),
    await tableOf('breaker', breakerCases, [ownBreaker, cockatielBreaker, opossumBreaker], onCase),
    await tableOf('retry', retryCases, [ownRetry, cockatielRetry, effectRetry], onCase),
  ];
}

async function tableOf<Adapter extends ConformanceAdapter>(
  subject: Table['subject'],
  cases: readonly ConformanceCase<Adapter>[],
  adapters: readonly Adapter[],
  onResult: () => void,
): Promise<Table> {
  const columns: Column[] = [];
  for (const adapter of adapters) {
    const results = await runConformance(cases, adapter, { onResult });
    const { name } = adapter;
    columns.push({
      name,
      isOurs: columns.length === 0,
      results,
      notReproduced: notReproduced(subject, name, results),
      remarks: remarksOn(subject, name),
    });
  }
  return { subject, columns };
}
