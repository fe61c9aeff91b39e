/** How it is decided which model answers: by how demanding a request looks, or by whether two cheap models agree. */
export const STRATEGIES = ['demand', 'agreement'] as const;

export type Strategy = (typeof STRATEGIES)[number];

export const USUAL_STRATEGY: Strategy = 'demand';

/** How many models an agreement takes: two that are compared, and the strong one. */
export const AGREEMENT_MODELS = 3;
