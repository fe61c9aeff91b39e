import { randomFillSync } from 'node:crypto';
import { WorkflowContext } from 'tta-dev-primitives';
import { FEATURE_NAMES, parseWeights, predictor, type RoutingWeights } from 'tta-observability-integration/learning';
import { promptOf } from 'tta-observability-integration/llm';
import {
  byLearned,
  byRules,
  type RouteCandidate,
  RouterPrimitive,
  type RoutingStrategy,
} from 'tta-observability-integration/primitives';

/** What one decision takes. The gates are no ratios: there is no other code that decides the same. */
export interface DecisionCost {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly allowedP99: number;
  readonly unit: 'us' | 'ms' | 'MB';
  readonly isWithin: boolean;
}

const context = new WorkflowContext({ tags: { tier: 'free' } });

const MODELS = ['gpt-4o-mini', 'gpt-4o'] as const;
const HASH_BITS = 18;

/** Weights of the usual size. What they weigh makes no difference to what they cost. */
const weightsJson = JSON.stringify({
  version: 1,
  hashBits: HASH_BITS,
  features: [...FEATURE_NAMES],
  scaler: { mean: FEATURE_NAMES.map(() => 1), deviation: FEATURE_NAMES.map(() => 1) },
  heads: Object.fromEntries(
    MODELS.map((model) => [
      model,
      {
        bias: 0,
        features: FEATURE_NAMES.map(() => 0.1),
        scale: 0.5,
        slots: randomFillSync(Buffer.alloc(2 ** HASH_BITS)).toString('base64'),
      },
    ]),
  ),
  calibration: {
    cheap: MODELS[0],
    strong: MODELS[1],
    target: 0.98,
    promise: 'shown',
    choice: 'by_score',
    threshold: 0.1,
    rows: 1_000,
  },
} satisfies RoutingWeights);

const WORDS = 'the model must first explain why each of 12 numbers is prime, then prove it: f(x) = x^2 + 1 and so on';

/** A prompt of 4,000 characters; each has words of its own. */
const promptText = (seed: number): string => `${seed} ${WORDS} w${seed} `.repeat(40).slice(0, 4_000);

const PROMPTS = Array.from({ length: 64 }, (_, seed) => ({
  model: 'any',
  messages: [{ role: 'user', content: promptText(seed) }],
  max_tokens: 500,
}));

type Request = (typeof PROMPTS)[number];

const rules = byRules([
  { route: 'gpt-4o', when: { tags: { tier: 'gold' } } },
  { route: 'gpt-4o', when: { tools: true } },
  { route: 'gpt-4o', when: { modalities: ['image', 'audio'] } },
  { route: 'gpt-4o', when: { pattern: /\b(stack trace|segmentation fault)\b/i } },
  { route: 'gpt-4o', when: { minTokens: 5_000 } },
  { route: 'gpt-4o-mini' },
]);

/** The routes of a real router, as it shows them to a strategy. */
async function candidates(): Promise<readonly RouteCandidate[]> {
  let seen: readonly RouteCandidate[] = [];
  const limits = { contextTokens: 128_000, modalities: ['text', 'image'] } as const;
  const looking: RoutingStrategy<Request> = {
    decide(_input, _context, shown) {
      seen = shown;
      return undefined;
    },
  };
  const router = new RouterPrimitive(
    Object.fromEntries(MODELS.map((model) => [model, { step: (_: Request) => '', model, provider: 'openai', limits }])),
    { strategy: looking, defaultRoute: MODELS[0] },
  );
  await router.execute(PROMPTS[0] as Request);
  return seen;
}

/** Decision costs, and what it takes to load the weights. */
export async function measureDecisions(): Promise<readonly DecisionCost[]> {
  const routes = await candidates();
  const learned = byLearned(weightsJson);
  const deciding = (strategy: RoutingStrategy<unknown, string>) => (index: number) => {
    const input = PROMPTS[index % PROMPTS.length] as Request;
    return strategy.decide(input, context, routes, promptOf(input));
  };
  return [
    cost('decision by rules, 4,000 characters', 'us', 20, samplesUs(deciding(rules), 20_000)),
    cost('decision by what was learned, 4,000 characters', 'us', 1_000, samplesUs(deciding(learned), 2_000)),
    cost(
      'loading weights',
      'ms',
      50,
      samplesUs(() => predictor(parseWeights(weightsJson)), 25).map((us) => us / 1_000),
    ),
    cost('weights of two models', 'MB', 5, [weightsJson.length / 1e6]),
  ];
}

/** Microseconds of each call, by the wall clock: CPU time has the grain of many calls. */
function samplesUs(work: (index: number) => unknown, samples: number): readonly number[] {
  for (let index = 0; index < Math.max(5, samples / 10); index += 1) work(index);
  return Array.from({ length: samples }, (_, index) => {
    const startedAt = performance.now();
    work(index);
    return (performance.now() - startedAt) * 1_000;
  });
}

function cost(name: string, unit: DecisionCost['unit'], allowedP99: number, samples: readonly number[]): DecisionCost {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  const [p50, p99] = [Number(rank(0.5).toPrecision(3)), Number(rank(0.99).toPrecision(3))];
  return { name, p50, p99, allowedP99, unit, isWithin: p99 <= allowedP99 };
}
