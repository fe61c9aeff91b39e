import { setTimeout as sleep } from 'node:timers/promises';
import { CACHED_CLIENTS, type CachedClient, type Question } from './cached-clients.ts';
import { type Script, ScriptedProvider } from './scripted-provider.ts';

/** Whether a client asked the provider as often as it should; `not_cached` if it caches no streams. */
type CacheVerdict = 'right' | 'wrong' | 'not_cached';

interface CacheResult {
  readonly name: string;
  readonly isOurs: boolean;
  /** How often the provider was asked. */
  readonly calls: number;
  readonly verdict: CacheVerdict;
}

export interface CacheRow {
  readonly title: string;
  /** How often the provider has to be asked. */
  readonly expectedCalls: number;
  readonly results: readonly CacheResult[];
}

interface Case {
  readonly title: string;
  readonly script: Script;
  readonly questions: readonly Question[];
  readonly expectedCalls: number;
  /** Whether the questions are asked at once; otherwise each waits for the answer to the one before. */
  readonly areAtOnce?: boolean;
}

const whole: Question = {};
const stream: Question = { isStream: true };

const CASES: readonly Case[] = [
  { title: 'a whole answer is served again', script: 'complete', questions: [whole, whole], expectedCalls: 1 },
  { title: 'a stream is served again', script: 'complete', questions: [stream, stream], expectedCalls: 1 },
  { title: 'an answer cut at max_tokens is not', script: 'cut', questions: [whole, whole], expectedCalls: 2 },
  { title: 'a filtered answer is not', script: 'filtered', questions: [whole, whole], expectedCalls: 2 },
  { title: 'an error inside a 200 is not', script: 'error', questions: [whole, whole], expectedCalls: 2 },
  { title: 'a stream cut at max_tokens is not', script: 'cut', questions: [stream, stream], expectedCalls: 2 },
  { title: 'a stream that ended early is not', script: 'broken', questions: [stream, stream], expectedCalls: 2 },
  {
    title: 'two API keys share no answer',
    script: 'complete',
    questions: [{ apiKey: 'first' }, { apiKey: 'second' }],
    expectedCalls: 2,
  },
  {
    title: 'two images share no answer',
    script: 'complete',
    questions: [{ image: 'https://example.org/a.png' }, { image: 'https://example.org/b.png' }],
    expectedCalls: 2,
  },
  {
    title: '100 callers at once make one call',
    script: 'slow',
    questions: Array.from({ length: 100 }, () => whole),
    expectedCalls: 1,
    areAtOnce: true,
  },
];

/** An answer that was not stored after so long is not stored. */
const STORING_MS = 100;

/** Puts every client to every case. */
export async function cacheTable(): Promise<CacheRow[]> {
  const rows: CacheRow[] = [];
  for (const candidate of CASES) {
    const results: CacheResult[] = [];
    for (const client of CACHED_CLIENTS) results.push(await resultOf(candidate, client));
    rows.push({ title: candidate.title, expectedCalls: candidate.expectedCalls, results });
  }
  return rows;
}

/** Whether ours does what it should in every case. */
export function isKeptBy(rows: readonly CacheRow[]): boolean {
  return rows.every(({ results }) => results.every(({ isOurs, verdict }) => !isOurs || verdict === 'right'));
}

async function resultOf(
  { script, questions, expectedCalls, areAtOnce = false }: Case,
  { name, isOurs, cachesStreams, at }: CachedClient,
): Promise<CacheResult> {
  if (!cachesStreams && questions.some(({ isStream }) => isStream === true)) {
    return { name, isOurs, calls: 0, verdict: 'not_cached' };
  }
  const provider = new ScriptedProvider(script);
  const ask = at(await provider.listen());
  const answered = (question: Question): Promise<unknown> => ask(question).catch(() => undefined); // some answers are errors
  if (areAtOnce) await Promise.all(questions.map(answered));
  else {
    for (const question of questions) {
      await answered(question);
      await sleep(STORING_MS);
    }
  }
  provider.stop();
  const { calls } = provider;
  return { name, isOurs, calls, verdict: calls === expectedCalls ? 'right' : 'wrong' };
}
