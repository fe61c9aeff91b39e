import { RoutingLogPrimitive, ShadowPrimitive } from 'tta-evaluation';
// Asks the strong model too for a part of the traffic, and says whether routing keeps its promise; logs both answers to learn from.
// Run it with: node --conditions=tta-source examples/routing-shadow.ts
import { RouterPrimitive } from 'tta-observability-integration/primitives';

/** Stands in for a model that multiplies: the small one gives up on large numbers. */
const model = (name: string, limit: number) => (prompt: string) => {
  const [one = 0, other = 0] = (prompt.match(/\d+/g) ?? []).map(Number);
  const content = one * other < limit ? String(one * other) : 'I do not know';
  return {
    object: 'chat.completion',
    model: name,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 },
  };
};
const small = { step: model('gpt-4o-mini', 2_000), model: 'gpt-4o-mini', provider: 'openai' };
const large = { step: model('gpt-4o', Infinity), model: 'gpt-4o', provider: 'openai' };

// A rule of thumb that has nothing to do with how hard a question is.
const router = new RouterPrimitive(
  { small, large },
  {
    strategy: (prompt: string) => (prompt.includes('please') ? 'large' : 'small'),
    defaultRoute: 'large',
    baseline: 'large',
  },
);

const rows: string[] = [];
const log = new RoutingLogPrimitive(router, {
  sink: { write: (lines) => rows.push(...lines.trimEnd().split('\n')) }, // in production: fileSink({ path: 'routing.jsonl' })
});

const shadowed = new ShadowPrimitive(router, {
  baseline: large,
  cheap: small, // asked where the router took the large one, so that the router can be compared with chance
  share: 1, // in production: 0.02
  maxPerMinute: 10_000,
  budgetUsd: 1, // a day
  onCompared: ({ input, answers }) => log.record(input, answers),
});

for (let number = 1; number <= 200; number += 1) {
  await shadowed.execute(`What is ${number} times 23${number % 3 === 0 ? ', please' : ''}?`);
  await shadowed.settled(); // here only, because this loop would outrun its own shadow
}
await log.close();

console.log(String(shadowed));
const { control, shadowCostUsd, realisedSavingUsd } = shadowed.getStats();
console.log(
  `Beats chance at the same spend: ${control?.beatsChance === true ? 'yes' : 'no'} (${control?.lift.toFixed(1)} points)`,
);
console.log(
  `Saved $${realisedSavingUsd.toFixed(6)} on this traffic; looking cost $${shadowCostUsd.toFixed(6)}; ${rows.length} rows to learn from`,
);
