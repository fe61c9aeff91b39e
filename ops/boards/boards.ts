import type { Board } from './board.ts';
import { cache } from './cache.ts';
import { componentMaturity } from './component-maturity.ts';
import { overview } from './overview.ts';
import { performance } from './performance.ts';
import { routing } from './routing.ts';
import { timeoutsAndRecovery } from './timeouts-and-recovery.ts';
import { usageAndCost } from './usage-and-cost.ts';

/** Every dashboard, in the order in which it is best read. */
export const BOARDS: readonly Board[] = [
  overview,
  usageAndCost,
  routing,
  cache,
  timeoutsAndRecovery,
  performance,
  componentMaturity,
];

/** Metrics that are on no board, and why. */
export const ON_NO_BOARD: Readonly<Record<string, string>> = {
  gen_ai_client_embeddings_duration: 'many users call no embedding model, and their panel would be empty',
  gen_ai_client_embeddings_operation_input_tokens:
    'the tokens and the cost of embeddings are in the panels of all models',
};
