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
  ...Object.fromEntries(
    [
      ...['time_to_first_chunk', 'time_per_output_chunk', 'operation_input_tokens', 'operation_output_tokens'].map(
        (ending) => `gen_ai_client_inference_${ending}`,
      ),
      ...['llm_call_cost_usd', 'nodejs_eventloop_delay_seconds', 'nodejs_heap_size_total_bytes'],
      ...['nodejs_heap_size_used_bytes', 'process_resident_memory_bytes', 'telemetry_problems', 'telemetry_state'],
      ...['tta_build_info', 'workflow_executions_total', 'workflow_in_flight', 'workflow_seconds'],
      'workflow_steps_total',
    ].map((name) => [name, 'Newer than the boards.']),
  ),
};
