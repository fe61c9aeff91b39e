import type { LedgerEntry } from 'tta-observability-integration/llm';
import type { RequestStatus, StreamHealth } from '../../wire/index.ts';

const ENDINGS: Readonly<Record<RequestStatus, StreamHealth['ending']>> = {
  ok: 'whole',
  late: 'whole',
  timeout: 'timeout',
  error: 'failed',
  cut: 'cut',
  cancelled: 'cancelled',
};

/** When the chunks of a call came. */
export interface CallChunks {
  readonly startedAtMs: number;
  /** Milliseconds since the call began. */
  readonly atMs: readonly number[];
}

/** What a process knows of a stream beyond its line in a ledger. */
export interface StreamExtras {
  readonly chunks?: readonly CallChunks[];
  readonly idleLimitMs?: number | undefined;
}

/** How the stream of a call went; undefined for an answer that was no stream. */
export function streamOf(
  attempt: LedgerEntry['attempts'][number],
  { startedAtMs }: LedgerEntry,
  status: RequestStatus,
  { chunks = [], idleLimitMs }: StreamExtras = {},
): StreamHealth | undefined {
  const { firstChunkMs, durationMs, usage, stream, finish } = attempt;
  if (firstChunkMs === undefined) return undefined;
  const startMs = attempt.startedAtMs - startedAtMs;
  const streamedMs = durationMs - firstChunkMs;
  const times = chunks.find((call) => call.startedAtMs === attempt.startedAtMs)?.atMs;
  return {
    ending: ENDINGS[status],
    ...(finish?.[0] !== undefined && { finish: finish[0] }),
    chunks: stream?.chunks ?? null,
    gapP50Ms: stream?.medianGapMs ?? null,
    longestGapMs: stream?.longestGapMs ?? null,
    ...(idleLimitMs !== undefined && { idleLimitMs }),
    tokensPerSecond: usage === undefined || streamedMs <= 0 ? null : (usage.outputTokens * 1000) / streamedMs,
    firstChunkMs: startMs + firstChunkMs,
    endMs: startMs + durationMs,
    ...(times !== undefined && { chunkAtMs: times.map((atMs) => Math.round(10 * (startMs + atMs)) / 10) }),
  };
}
