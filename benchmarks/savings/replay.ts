import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { priceOf } from 'tta-observability-integration/llm';
import { CachePrimitive, memoryStore } from 'tta-observability-integration/primitives';
import type { Ask, Size } from './workload.ts';

/** The model whose list price the workload is billed at; shares of the saving hardly depend on it. */
export const MODEL = 'gpt-4o-mini';

/** What a workload costs with and without a cache, in US dollars. */
export interface Replay {
  readonly requests: number;
  /** How many the cache answered. */
  readonly hits: number;
  readonly hitRate: number;
  /** What the calls that were made cost. */
  readonly spendUsd: number;
  /** What the cache says that it saved, gross. */
  readonly savedUsd: number;
  /** What the same requests cost in a run of their own without the cache. */
  readonly spendWithoutUsd: number;
  readonly savedShare: number;
}

interface Request {
  readonly model: string;
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
}

interface Answer {
  readonly object: 'chat.completion';
  readonly model: string;
  readonly choices: readonly unknown[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };
}

/**
 * Sends a workload, at its own times on a clock that is moved, through a cache that keeps answers for `ttlMs`, and then again
 * without the cache.
 */
export async function replay(asks: readonly Ask[], ttlMs: number): Promise<Replay> {
  const withCache = new Bill();
  const clock = manualClock();
  const model = modelFor(asks);
  const ask = (request: Request): Answer => withCache.pay(model(request));
  const store = memoryStore({ maxBytes: 2 ** 30, clock });
  const cache = new CachePrimitive(ask, { operation: 'replay', store, ttlMs, ttlJitter: 0, provider: 'openai' });
  const context = new WorkflowContext({ tenantId: 'everybody', clock });
  let nowMs = 0;
  for (const { atMs, content } of asks) {
    if (atMs > nowMs) await clock.jump(atMs - nowMs);
    nowMs = Math.max(nowMs, atMs);
    await cache.execute(requestFor(content), context);
  }
  const without = new Bill();
  for (const { content } of asks) without.pay(model(requestFor(content)));
  const { hits, hitRate, total, grossSavingsUsd } = cache.getStats();
  return {
    requests: total,
    hits,
    hitRate,
    spendUsd: withCache.usd,
    savedUsd: grossSavingsUsd,
    spendWithoutUsd: without.usd,
    savedShare: 1 - withCache.usd / without.usd,
  };
}

function requestFor(content: string): Request {
  return { model: MODEL, messages: [{ role: 'user', content }] };
}

/** Answers every request as the first one with its content was answered. */
function modelFor(asks: readonly Ask[]): (request: Request) => Answer {
  const first = new Map<string, Ask>();
  for (const ask of asks) if (!first.has(ask.content)) first.set(ask.content, ask);
  return ({ messages }) => {
    const { inputTokens = 0, outputTokens = 0 } = first.get(messages[0]?.content ?? '') ?? {};
    return {
      object: 'chat.completion',
      model: MODEL,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: `${outputTokens} tokens` } }],
      usage: {
        prompt_tokens: inputTokens,
        completion_tokens: outputTokens,
        total_tokens: inputTokens + outputTokens,
      },
    };
  };
}

/** Adds up what answers cost, by their usage. */
class Bill {
  usd = 0;

  pay(answer: Answer): Answer {
    const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = answer.usage;
    this.usd += costOf({ inputTokens, outputTokens });
    return answer;
  }
}

const remembered = new Map<string, number>();

/** What a request costs at the list price, in US dollars. */
export function costOf({ inputTokens, outputTokens }: Size): number {
  const size = `${inputTokens}/${outputTokens}`;
  const known = remembered.get(size);
  if (known !== undefined) return known;
  const cost = priceOf({ inputTokens, outputTokens }, MODEL, { provider: 'openai' });
  if (cost === null) throw new Error(`there is no price for ${MODEL}`);
  remembered.set(size, cost.totalUsd);
  return cost.totalUsd;
}
