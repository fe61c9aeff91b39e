import { randomFillSync } from 'node:crypto';
import { WorkflowContext } from 'tta-dev-primitives';
import { nearestRank } from 'tta-dev-primitives/internal';
import { FEATURE_NAMES, parseWeights, predictor, type RoutingWeights } from 'tta-observability-integration/learning';
import { promptOf } from 'tta-observability-integration/llm';
import {
  byLearned,
  byRules,
  type RouteCandidate,
  RouterPrimitive,
  type RoutingStrategy,
} from 'tta-observability-integration/primitives';

/** What one decision takes, beside a bare loop in the same run, because no other code decides the same. */
export interface DecisionCost {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  /** The most that is allowed. For times it is the p99 of the bare loop, which a busy machine slows down as much. */
  readonly allowedP99: number;
  readonly unit: 'us' | 'ms' | 'MB';
  readonly isWithin: boolean;
}

/** How many turns of {@link bareLoop} take a microsecond on the machine where the allowances in microseconds were agreed upon. */
const TURNS_PER_US = 750;

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
  const megabytes = weightsJson.length / 1e6;
  return [
    cost('decision by rules, 4,000 characters', 'us', samplesUs(deciding(rules), { samples: 20_000, allowedUs: 20 })),
    cost(
      'decision by what was learned, 4,000 characters',
      'us',
      samplesUs(deciding(learned), { samples: 2_000, allowedUs: 1_000 }),
    ),
    cost(
      'loading weights',
      'ms',
      samplesUs(() => predictor(parseWeights(weightsJson)), { samples: 25, allowedUs: 50_000 }),
    ),
    {
      name: 'weights of two models',
      p50: megabytes,
      p99: megabytes,
      allowedP99: 5,
      unit: 'MB',
      isWithin: megabytes <= 5,
    },
  ];
}

/** Microseconds of each call of the work, and of each bare loop. */
interface Samples {
  readonly workUs: readonly number[];
  readonly bareUs: readonly number[];
}

/**
 * Times calls of the work by the wall clock, because CPU time has the grain of many calls. A bare loop of the allowed length follows
 * each call. What else the machine does disturbs both alike.
 */
function samplesUs(
  work: (index: number) => unknown,
  { samples, allowedUs }: { readonly samples: number; readonly allowedUs: number },
): Samples {
  const turns = allowedUs * TURNS_PER_US;
  for (let index = 0; index < Math.max(5, samples / 10); index += 1) {
    work(index);
    bareLoop(turns);
  }
  const workUs: number[] = [];
  const bareUs: number[] = [];
  for (let index = 0; index < samples; index += 1) {
    const startedAt = performance.now();
    work(index);
    const workedAt = performance.now();
    bareLoop(turns);
    workUs.push((workedAt - startedAt) * 1_000);
    bareUs.push((performance.now() - workedAt) * 1_000);
  }
  return { workUs, bareUs };
}

/** What the bare loops come to. A result that is kept is computed. */
let bareSum = 1;

function bareLoop(turns: number): void {
  let sum = bareSum;
  for (let turn = 0; turn < turns; turn += 1) sum = (Math.imul(sum, 31) + turn) | 0;
  bareSum = sum;
}

function cost(name: string, unit: 'us' | 'ms', { workUs, bareUs }: Samples): DecisionCost {
  const rank = (samples: readonly number[], share: number): number => {
    const sorted = samples.toSorted((a, b) => a - b);
    const us = nearestRank(sorted, share) ?? Number.NaN;
    return Number((unit === 'ms' ? us / 1_000 : us).toPrecision(3));
  };
  const [p50, p99, allowedP99] = [rank(workUs, 0.5), rank(workUs, 0.99), rank(bareUs, 0.99)];
  return { name, p50, p99, allowedP99, unit, isWithin: p99 <= allowedP99 };
}
