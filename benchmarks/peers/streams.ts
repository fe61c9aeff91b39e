import { setTimeout as sleep } from 'node:timers/promises';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';
import OpenAI from 'openai';
import { isTimeoutError, TimeoutPrimitive } from 'tta-observability-integration/primitives';
import { StallingProvider } from './stalling-provider.ts';

/** How the reader of a stream that stalls is told: by an error, by an end like any other, or not at all. */
export type StreamOutcome = 'typed error' | 'other error' | 'ended silently' | 'hung until the cap';

export interface StreamRow {
  readonly name: string;
  readonly isOurs: boolean;
  readonly outcome: StreamOutcome;
  /** The name of the error, and its phase if it tells one. */
  readonly error: string | undefined;
  readonly chunks: number;
  /** Milliseconds from the last chunk, which is the first, to that. */
  readonly elapsedMs: number;
  /** Whether the provider saw its connection closed once the reader was told, or the cap was reached. */
  readonly isUpstreamClosed: boolean;
}

export interface StreamTable {
  readonly limitMs: number;
  readonly capMs: number;
  readonly rows: readonly StreamRow[];
}

/** A client with its own protection, set to `limitMs`: gives the chunks as its user reads them. */
interface Reader {
  readonly name: string;
  readonly isOurs?: boolean;
  read(baseURL: string, limitMs: number): Promise<AsyncIterable<unknown>>;
}

const LIMIT_MS = 300;
const CAP_MS = 3_000;
/** How long a connection may take to close. */
const CLOSING_MS = 200;

const REQUEST: OpenAI.ChatCompletionCreateParamsStreaming = {
  model: 'stalling',
  stream: true,
  messages: [{ role: 'user', content: 'Hello?' }],
};

const clientAt = (baseURL: string, options: { readonly timeout?: number } = {}): OpenAI =>
  new OpenAI({ apiKey: 'none', baseURL, maxRetries: 0, ...options });

const READERS: readonly Reader[] = [
  {
    name: 'TimeoutPrimitive around openai',
    isOurs: true,
    read(baseURL, idleMs) {
      const client = clientAt(baseURL);
      const answer = new TimeoutPrimitive(
        (request: typeof REQUEST, { signal }) => client.chat.completions.create(request, { signal }),
        { timeoutMs: CAP_MS, stream: { firstChunkMs: CAP_MS, idleMs }, operation: 'answer' },
      );
      return answer.execute(REQUEST);
    },
  },
  {
    name: 'openai 7, timeout',
    read: (baseURL, timeout) => clientAt(baseURL, { timeout }).chat.completions.create(REQUEST),
  },
  {
    name: 'AI SDK 7 textStream, chunkMs',
    async read(baseURL, chunkMs) {
      const provider = createOpenAICompatible({ name: 'stalling', baseURL });
      const { textStream } = streamText({
        model: provider.chatModel(REQUEST.model),
        prompt: 'Hello?',
        maxRetries: 0,
        timeout: { chunkMs },
        onError() {}, // it would write to the console
      });
      return textStream;
    },
  },
];

/** Has every client read from a provider that stalls after its first chunk, each for `CAP_MS` at most. */
export async function streamTable(): Promise<StreamTable> {
  const rows: StreamRow[] = [];
  for (const reader of READERS) rows.push(await rowOf(reader));
  return { limitMs: LIMIT_MS, capMs: CAP_MS, rows };
}

/** Whether our row keeps the promise: a typed error of phase `idle` within 1.2 times the limit, and nothing left open. */
export function isKept({ rows }: StreamTable): boolean {
  return rows
    .filter(({ isOurs }) => isOurs)
    .every(
      ({ outcome, error, elapsedMs, isUpstreamClosed }) =>
        outcome === 'typed error' && error === 'TimeoutError (idle)' && elapsedMs <= 1.2 * LIMIT_MS && isUpstreamClosed,
    );
}

async function rowOf({ name, isOurs = false, read }: Reader): Promise<StreamRow> {
  const provider = new StallingProvider();
  const baseURL = await provider.listen();
  const progress = { chunks: 0, firstChunkAt: performance.now() };
  const reading = readAll(() => read(baseURL, LIMIT_MS), progress);
  const ending = await Promise.race([
    reading,
    sleep(CAP_MS, { outcome: 'hung until the cap', error: undefined } as const),
  ]);
  const elapsedMs = Math.round(performance.now() - progress.firstChunkAt);
  for (let waitedMs = 0; waitedMs < CLOSING_MS && !provider.isClosedByClient; waitedMs += 10) await sleep(10);
  const isUpstreamClosed = provider.isClosedByClient;
  provider.stop();
  return { name, isOurs, ...ending, chunks: progress.chunks, elapsedMs, isUpstreamClosed };
}

async function readAll(
  open: () => Promise<AsyncIterable<unknown>>,
  progress: { chunks: number; firstChunkAt: number },
): Promise<Pick<StreamRow, 'outcome' | 'error'>> {
  try {
    for await (const _ of await open()) {
      progress.chunks += 1;
      if (progress.chunks === 1) progress.firstChunkAt = performance.now();
    }
    return { outcome: 'ended silently', error: undefined };
  } catch (error) {
    if (isTimeoutError(error)) return { outcome: 'typed error', error: `${error.name} (${error.phase})` };
    return { outcome: 'other error', error: error instanceof Error ? error.name : String(error) };
  }
}
