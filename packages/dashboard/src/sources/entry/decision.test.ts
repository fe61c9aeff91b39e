import type { LedgerEntry } from 'tta-observability-integration/llm';
import { expect, it } from 'vitest';
import { decisionOf } from './decision.ts';
import { routeAbove } from './score-band.ts';

type Stated = LedgerEntry['decisions'][number];

const THRESHOLDS = [
  { route: 'small', upTo: 0.35 },
  { route: 'medium', upTo: 0.65 },
];

/** A decision by how demanding a request looks, among three routes. */
function stated(value: number, route: string, changes: Partial<Stated> = {}): Stated {
  const candidates = ['large', 'medium', 'small'].map((name) => ({ route: name, estimatedUsd: 0.01, p50Ms: null }));
  const decision = { router: 'router', route, reason: 'routing_function', strategy: 'demand', candidates, left: [] };
  return { ...decision, score: { value, thresholds: THRESHOLDS }, ...changes } as Stated;
}

const textsOf = (decision: Stated, taken = decision.route): string[] => {
  const { text, candidates } = decisionOf(decision, taken);
  return [text, ...candidates.map((candidate) => `${candidate.route}: ${candidate.text}`)];
};

it.each([
  [0.84, 'large', 'Demand 0.84 is above 0.65, so large was asked.'],
  [0.5, 'medium', 'Demand 0.5 is at most 0.65, so medium was asked.'],
  [0.35, 'small', 'Demand 0.35 is at most 0.35, so small was asked.'],
])('explains a score of %s by the threshold that decided', (value, route, sentence) => {
  expect(decisionOf(stated(value, route), route).text).toBe(sentence);
});

it.each([
  [0.6503, 0.65, 'Demand 0.6503 is above 0.65, so large was asked.'],
  [1234.5, 1234.4, 'Demand 1235 is above 1234, so large was asked.'],
  [0.1 + 0.2, 0.3, 'Demand 0.30000000000000004 is above 0.3, so large was asked.'],
  [0.84123, 0.651234, 'Demand 0.841 is above 0.651, so large was asked.'],
])('tells a score of %s from its threshold %s', (value, upTo, sentence) => {
  const score = {
    value,
    thresholds: [
      { route: 'small', upTo: upTo / 2 },
      { route: 'medium', upTo },
    ],
  };
  expect(decisionOf(stated(value, 'large', { score }), 'large').text).toBe(sentence);
});

it('rounds a score that is equal to its threshold', () => {
  const score = { value: 0.651234, thresholds: [{ route: 'small', upTo: 0.651234 }] };
  expect(textsOf(stated(0.651234, 'small', { score }))[0]).toBe('Demand 0.651 is at most 0.651, so small was asked.');
});

it('says of every candidate on which side of its threshold the score was', () => {
  expect(textsOf(stated(0.5, 'medium'))).toEqual([
    'Demand 0.5 is at most 0.65, so medium was asked.',
    'large: not taken: demand 0.5 is at most 0.65',
    'medium: asked first',
    'small: not taken: demand 0.5 is above 0.35',
  ]);
});

it('says which route the score was for, when that could not be taken', () => {
  const candidates = [
    { route: 'large', estimatedUsd: 0.03, p50Ms: null, ruledOut: 'cooling' as const },
    { route: 'medium', estimatedUsd: 0.01, p50Ms: null },
  ];
  expect(textsOf(stated(0.84, 'medium', { candidates }))).toEqual([
    'Demand 0.84 is above 0.65, which is for large, but it was cooling down. medium was asked instead.',
    'large: not taken: it was cooling down',
    'medium: asked first',
  ]);
});

it.each([
  ['the one candidate without a threshold', 'small', {}, 'large'],
  ['the route of a router that states no candidates', 'large', { candidates: undefined }, 'large'],
  ['none of several', 'small', { candidates: ['large', 'huge'].map((route) => ({ route })) }, undefined],
])('takes %s for the route of the highest scores', (_, route, changes, above) => {
  expect(decisionOf(stated(0.1, route, changes as Partial<Stated>), route).above).toBe(above);
});

it('names the fallback that answered, and why', () => {
  const left = [{ route: 'large', because: 'rate_limited' }] as unknown as Stated['left'];
  const [text] = textsOf(stated(0.84, 'large', { left }), 'medium');
  expect(text).toBe(
    'Demand 0.84 is above 0.65, so large was asked. large failed (rate limited). medium was asked instead.',
  );
});

it('gives the reason alone when thresholds do not explain the route', () => {
  expect(textsOf(stated(0.2, 'large', { reason: 'rule' }))[0]).toBe('large: a rule named it, with a score of 0.2.');
});

it('names the complexity of a built-in strategy', () => {
  const decision = stated(0.84, 'large', { strategy: 'byComplexity', reason: 'complexity' });
  expect(decisionOf(decision, 'large').text).toBe('Complexity 0.84 is above 0.65, so large was asked.');
});

it.each<[string, number, string, Partial<Stated>, string | undefined]>([
  ['the route that took such a score, of several', 0.84, 'large', { candidates: candidatesOf('spare') }, 'large'],
  [
    'nothing of several while one is ruled out',
    0.84,
    'large',
    { candidates: candidatesOf('spare', 'cooling') },
    undefined,
  ],
])('knows which route takes the highest scores: %s', (_, value, route, changes, above) => {
  expect(routeAbove(stated(value, route, changes))).toBe(above);
});

/** The three usual candidates, and one more without a threshold. */
function candidatesOf(more: string, ruledOut?: 'cooling'): NonNullable<Stated['candidates']> {
  const one = { route: more, estimatedUsd: 0.01, p50Ms: null, ...(ruledOut && { ruledOut }) };
  return [...(stated(0, 'small').candidates ?? []), one] as NonNullable<Stated['candidates']>;
}
