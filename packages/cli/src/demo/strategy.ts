import type { CalibratedWeights } from './learned.ts';

/**
 * How it is decided which model answers: by how demanding a request looks, by whether two cheap models agree, or by what was learned
 * from graded answers.
 */
export const STRATEGIES = ['demand', 'agreement', 'learned'] as const;

export type Strategy = (typeof STRATEGIES)[number];

export const USUAL_STRATEGY: Strategy = 'demand';

/** A strategy with what it needs. */
export type ReadyStrategy =
  | { readonly name: 'demand' | 'agreement' }
  | { readonly name: 'learned'; readonly weights: CalibratedWeights };

/** How many models an agreement takes: two that are compared, and the strong one. */
export const AGREEMENT_MODELS = 3;
