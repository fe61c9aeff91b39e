import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelOf, usageOf } from '../usage.ts';
import { priceOf } from './price.ts';
import { priceList } from './price-list.ts';
import type { Usage } from './usage.ts';

/** One real situation: an answer, and what it used and cost. */
interface MoneyCase {
  readonly id: string;
  readonly kind: string;
  readonly situation?: string;
  readonly call?: { readonly model?: string; readonly provider?: string; readonly ownPrices: boolean };
  readonly input: unknown;
  readonly expected: string | { readonly usage?: Partial<Usage> | null; readonly totalUsd?: number | null };
}

/** Where the case is not what the provider documents, or the price cannot be known: what it costs instead, and why. */
const DECIDED: Readonly<Record<string, { readonly totalUsd: number | null; readonly because: string }>> = {
  'anthropic-advisor': { totalUsd: null, because: 'a usage of one model cannot state the tokens of its advisor' },
  'no-cache-rate-listed': { totalUsd: null, because: 'no rate for its cached tokens is listed' },
  'g-deepseek-chat-off': { totalUsd: null, because: 'the alias has not been served since July 2026' },
  'g-deepseek-v4f-peak-weekend': {
    totalUsd: 0.75,
    because: 'the name has been billed as V4.1 Flash since September 2026',
  },
};

const OWN_PRICES = priceList({
  'my-claude': {
    inputPerMillionUsd: 3,
    outputPerMillionUsd: 15,
    cacheReadPerMillionUsd: 0.3,
    cacheWritePerMillionUsd: 3.75,
    cacheWrite1hPerMillionUsd: 6,
  },
  'my-image': { inputPerMillionUsd: 0.3, outputPerMillionUsd: 2.5 },
});

const FIXTURE = new URL('__fixtures__/cases.jsonl', import.meta.url);

const CASES = readFileSync(FIXTURE, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as MoneyCase)
  .filter(({ expected }) => typeof expected === 'object');

function resultOf({ call, input, situation }: MoneyCase): { usage: Usage | undefined; totalUsd: number | null } {
  const usage = usageOf(input);
  const model = call?.model ?? modelOf(input);
  if (usage === undefined || model === undefined) return { usage, totalUsd: null };
  const instant = / at (\d{4}-\S+Z)$/.exec(situation ?? '')?.[1];
  const cost = priceOf(usage, model, {
    provider: call?.provider,
    at: instant === undefined ? undefined : new Date(instant),
    prices: call?.ownPrices === true ? OWN_PRICES : undefined,
  });
  return { usage, totalUsd: cost?.totalUsd ?? null };
}

function check(money: MoneyCase): void {
  const expected = money.expected as Exclude<MoneyCase['expected'], string>;
  const { usage, totalUsd } = resultOf(money);
  if (expected.usage === null) expect(usage).toBeUndefined();
  if (expected.usage != null) expect(usage).toMatchObject(expected.usage);
  const wanted = DECIDED[money.id]?.totalUsd ?? (money.id in DECIDED ? null : expected.totalUsd);
  if (wanted === null) expect(totalUsd).toBeNull();
  if (wanted != null) expect(totalUsd).toBeCloseTo(wanted, 12);
}

const titleOf = ({ id, situation }: MoneyCase): string =>
  `${id}: ${situation}${id in DECIDED ? ` (otherwise than the case: ${DECIDED[id]?.because})` : ''}`;

describe('money', () => {
  it.each(CASES.map((money) => [titleOf(money), money] as const))('%s', (_, money) => check(money));
});
