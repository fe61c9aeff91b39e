import { type Cost, priceOf, type Usage } from 'tta-observability-integration/llm';
import { UsageError } from '../usage-error.ts';

/** What `tta prices` may be told. */
export interface PricesOptions {
  readonly provider?: string | undefined;
  readonly in: number;
  readonly out: number;
  readonly cached: number;
  readonly json?: boolean | undefined;
}

/** How a name led to a price. */
interface PriceMatch {
  readonly asked: string;
  /** The name that the list was asked for. */
  readonly model: string;
  readonly provider: string | undefined;
  /** Why this name, and not the one that was asked for. */
  readonly notes: readonly string[];
  readonly usage: Usage;
  /** What the call costs, in US dollars; null if the price is unknown. */
  readonly cost: Cost | null;
  /** What a million tokens of one kind cost, in US dollars; null where the list has no such rate. */
  readonly perMillionUsd: {
    readonly input: number | null;
    readonly cached: number | null;
    readonly output: number | null;
  };
}

interface Candidate {
  readonly model: string;
  readonly provider: string | undefined;
  readonly notes: readonly string[];
}

/** What gateways write before the name of a model, and who that is. */
const PREFIXES: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  azure_ai: 'azure.ai.inference',
  bedrock: 'aws.bedrock',
  gemini: 'gcp.gemini',
  google: 'gcp.gemini',
  vertex_ai: 'gcp.vertex_ai',
};

const FINE_TUNED = /^ft:([^:]+)/;

/** @throws UsageError if more tokens are cached than there are */
export function matchOf(asked: string, options: Omit<PricesOptions, 'json'>): PriceMatch {
  const { provider, in: inputTokens, out: outputTokens, cached } = options;
  if (cached > inputTokens) throw new UsageError(`--cached must be at most --in (${inputTokens}), but it is ${cached}`);
  const whole: Usage = { inputTokens, outputTokens, ...(cached > 0 && { cacheReadTokens: cached }) };
  const onlyInput: Usage = { ...whole, outputTokens: 0 };
  const candidates = candidatesOf(asked.trim(), provider);
  const found =
    candidates.find((candidate) => costOf(candidate, whole) !== null) ??
    candidates.find((candidate) => costOf(candidate, onlyInput) !== null);
  const { model, provider: servedBy, notes } = found ?? { model: asked, provider, notes: [] };
  // A model that makes embeddings has no price for output.
  const usage = costOf({ model, provider: servedBy, notes }, whole) === null ? onlyInput : whole;
  const rate = (tokens: Usage): number | null => costOf({ model, provider: servedBy, notes }, tokens)?.totalUsd ?? null;
  const million = 1_000_000;
  return {
    asked,
    model,
    provider: servedBy,
    notes,
    usage,
    cost: costOf({ model, provider: servedBy, notes }, usage),
    perMillionUsd: {
      input: rate({ inputTokens: million, outputTokens: 0, largestInputTokens: 1 }),
      cached: rate({ inputTokens: million, outputTokens: 0, cacheReadTokens: million, largestInputTokens: 1 }),
      output: rate({ inputTokens: 0, outputTokens: million }),
    },
  };
}

/** The match as lines for a person to read. */
export function matchLines({
  asked,
  cost,
  notes,
  usage,
  perMillionUsd,
  model,
  provider,
}: PriceMatch): readonly string[] {
  if (cost === null) {
    const where = provider === undefined ? '' : ` at ${provider}`;
    return [
      `The price of ${asked} is unknown: no list has ${model}${where}.`,
      'Name who serves it with --provider, or give your own price: modelCall(step, { price: { inputPerMillionUsd, outputPerMillionUsd } }).',
    ];
  }
  const { inputTokens, outputTokens, cacheReadTokens = 0 } = usage;
  const cached = cacheReadTokens > 0 ? ` (${cacheReadTokens} of them cached)` : '';
  return [
    `${cost.model} at ${cost.provider ?? 'any provider'}, by the list @pydantic/genai-prices and what this package adds to it`,
    ...notes,
    '',
    `Input    ${perMillion(perMillionUsd.input)}`,
    `Cached   ${perMillion(perMillionUsd.cached)}`,
    `Output   ${perMillion(perMillionUsd.output)}`,
    '',
    `A call of ${inputTokens} tokens in${cached} and ${outputTokens} out costs $${Number(cost.totalUsd.toPrecision(6))}.`,
  ];
}

/** Where prices come from. */
export function aboutLists(): readonly string[] {
  return [
    'Prices come from, in this order:',
    '  1. the price of a model call or a route: modelCall(step, { price })',
    '  2. the price source of a primitive: { prices: priceList({ ... }) }',
    '  3. the bill, where the provider states one',
    '  4. the list @pydantic/genai-prices, with tiers and fees that providers publish and the list lacks',
    '',
    'Name a model to see which one it matches: tta prices gpt-4o-mini --in 2000 --out 300',
  ];
}

/** The names to try, the one that was asked for first. */
function candidatesOf(asked: string, provider: string | undefined): readonly Candidate[] {
  const candidates: Candidate[] = [{ model: asked, provider, notes: [] }];
  const slash = asked.indexOf('/');
  if (slash > 0) {
    const prefix = asked.slice(0, slash);
    const model = asked.slice(slash + 1);
    const servedBy = provider ?? PREFIXES[prefix] ?? prefix;
    candidates.push({ model, provider: servedBy, notes: [`${asked} was read as ${model} at ${servedBy}.`] });
  }
  for (const { model, provider: servedBy, notes } of [...candidates]) {
    const base = FINE_TUNED.exec(model)?.[1];
    if (base === undefined) continue;
    const note = `${base} is what ${model} was made from; a fine-tuned model costs more than this at most providers.`;
    candidates.push({ model: base, provider: servedBy, notes: [...notes, note] });
  }
  return candidates;
}

function costOf({ model, provider }: Candidate, usage: Usage): Cost | null {
  return priceOf(usage, model, { provider });
}

function perMillion(rateUsd: number | null): string {
  return rateUsd === null ? 'no rate' : `$${Number(rateUsd.toPrecision(6))} for a million tokens`;
}
