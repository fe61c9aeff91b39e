import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { type NoteFact, WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { promtool } from '../../../../scripts/services/promtool.ts';
import { allOf, state } from '../apm/__fixtures__/stating-primitive.ts';
import { linesOf, telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';
import type { CacheOutcome } from '../primitives/cache/facts.ts';
import type { TimeoutOutcome } from '../primitives/timeout/facts.ts';

const CALL = 'gen_ai_operation_name,gen_ai_provider_name,gen_ai_request_model';

/** Every metric that is printed, with its labels in their order. */
const PRINTED = [
  'cache_breaker_state{operation}',
  'cache_corrupt_total{operation}',
  'cache_cost_savings_usd{operation}',
  'cache_gross_savings_usd_total{operation,source}',
  'cache_hit_rate{operation}',
  'cache_hits_total{operation}',
  'cache_invalidations_total{operation,kind}',
  'cache_latency_seconds_bucket{operation,hit,le}',
  'cache_latency_seconds_count{operation,hit}',
  'cache_latency_seconds_sum{operation,hit}',
  'cache_lookups_total{operation,outcome}',
  'cache_misses_total{operation}',
  'cache_refreshes_total{operation,outcome}',
  'cache_savings_unpriced_total{operation}',
  'cache_skipped_total{operation,reason}',
  'cache_stale_served_total{operation,cause}',
  'cache_store_errors_total{operation,reason}',
  'cache_unavailable_total{operation,reason}',
  'cache_write_failures_total{operation,reason}',
  `gen_ai_client_inference_duration_bucket{${CALL},error_type,le}`,
  `gen_ai_client_inference_duration_count{${CALL},error_type}`,
  `gen_ai_client_inference_duration_sum{${CALL},error_type}`,
  `gen_ai_client_inference_operation_input_tokens_bucket{${CALL},le}`,
  `gen_ai_client_inference_operation_input_tokens_count{${CALL}}`,
  `gen_ai_client_inference_operation_input_tokens_sum{${CALL}}`,
  `gen_ai_client_inference_operation_output_tokens_bucket{${CALL},le}`,
  `gen_ai_client_inference_operation_output_tokens_count{${CALL}}`,
  `gen_ai_client_inference_operation_output_tokens_sum{${CALL}}`,
  `gen_ai_client_inference_time_per_output_chunk_bucket{${CALL},le}`,
  `gen_ai_client_inference_time_per_output_chunk_count{${CALL}}`,
  `gen_ai_client_inference_time_per_output_chunk_sum{${CALL}}`,
  `gen_ai_client_inference_time_to_first_chunk_bucket{${CALL},le}`,
  `gen_ai_client_inference_time_to_first_chunk_count{${CALL}}`,
  `gen_ai_client_inference_time_to_first_chunk_sum{${CALL}}`,
  `gen_ai_client_inference_usage_cache_read_input_tokens_total{${CALL},gen_ai_token_modality}`,
  `gen_ai_client_inference_usage_cache_write_input_tokens_total{${CALL},gen_ai_token_modality}`,
  `gen_ai_client_inference_usage_input_tokens_total{${CALL},gen_ai_token_modality}`,
  `gen_ai_client_inference_usage_output_tokens_total{${CALL},gen_ai_token_modality}`,
  `gen_ai_client_inference_usage_reasoning_output_tokens_total{${CALL},gen_ai_token_modality}`,
  'llm_call_cost_usd_bucket{provider,model,le}',
  'llm_call_cost_usd_count{provider,model}',
  'llm_call_cost_usd_sum{provider,model}',
  'llm_calls_total{provider,model,outcome}',
  'llm_cost_usd_total{provider,model}',
  'llm_unpriced_total{provider,model}',
  'nodejs_eventloop_delay_seconds_bucket{le}',
  'nodejs_eventloop_delay_seconds_count{}',
  'nodejs_eventloop_delay_seconds_sum{}',
  'nodejs_heap_size_total_bytes{}',
  'nodejs_heap_size_used_bytes{}',
  'process_resident_memory_bytes{}',
  'router_cost_savings_usd{route}',
  'router_decisions_total{route,reason}',
  'router_errors_total{route,error_type}',
  'router_execution_seconds_bucket{route,le}',
  'router_execution_seconds_count{route}',
  'router_execution_seconds_sum{route}',
  'router_fallbacks_total{route,error_type}',
  'router_refusals_total{reason}',
  'router_unpriced_total{route}',
  'telemetry_errors_total{}',
  'telemetry_overflow_total{dimension}',
  'telemetry_problems{}',
  'telemetry_state{state}',
  'timeout_abandoned_in_flight{operation}',
  'timeout_discarded_total{operation,late_result}',
  'timeout_execution_seconds_bucket{operation,le}',
  'timeout_execution_seconds_count{operation}',
  'timeout_execution_seconds_sum{operation}',
  'timeout_failures_total{operation}',
  'timeout_outcomes_total{operation,outcome}',
  'timeout_rate{operation}',
  'timeout_successes_total{operation}',
  'tta_build_info{version}',
  'workflow_executions_total{workflow,outcome}',
  'workflow_in_flight{workflow}',
  'workflow_seconds_bucket{workflow,le}',
  'workflow_seconds_count{workflow}',
  'workflow_seconds_sum{workflow}',
  'workflow_steps_total{kind,outcome}',
];

function stateEveryFact(note: NoteFact): void {
  note('timeout.operation', 'answer');
  note('timeout.limitMs', 1_000);
  note('timeout.graceMs', 500);
  note('timeout.lagMs', 3);
  note('timeout.phase', 'soft');
  note('timeout.abandoned', 1);
  note('timeout.outcome', 'timeout');
  note('timeout.abandoned', -1);
  note('timeout.discarded', 'resolved');
  note('cache.operation', 'answer');
  note('cache.breakerState', 'open');
  note('cache.storeOperation', 'get');
  note('cache.storeError', 'timeout');
  note('cache.unavailable', 'closed');
  note('cache.corrupt', true);
  note('cache.outcome', 'hit');
  note('cache.tier', 'near');
  note('cache.staleServed', 'rate_limited');
  note('cache.refreshed', 'not_stored');
  note('cache.invalidated', 'tag');
  note('cache.ageMs', 20);
  note('cache.savedUsd', { usd: 0.25, grossUsd: 0.5, source: 'cache' });
  note('cache.unpriced', true);
  note('cache.skipped', 'empty');
  note('cache.writeFailed', 'oom');
  note('router.route', 'cheap');
  note('router.reason', 'routing_function');
  note('router.errorType', 'timeout');
  note('router.estimatedCostUsd', 0.25);
  note('router.fallback', { route: 'cheap', errorType: 'timeout' });
  note('router.refusal', 'budget_exhausted');
  note('router.savedUsd', -0.5);
  note('router.unpriced', true);
  note('llm.operation', 'chat');
  note('llm.provider', 'openai');
  note('llm.model', 'gpt-5-mini');
  note('llm.firstChunkMs', 250);
  note('llm.chunkGapsMs', [10, 20]);
  note('llm.usage', { inputTokens: 9, outputTokens: 5, cacheReadTokens: 4, cacheWriteTokens: 2, reasoningTokens: 1 });
  note('llm.costUsd', 0.125);
  note('llm.unpriced', true);
  note('llm.failure', 'rate_limited');
  note('llm.outcome', 'failed');
}

describe('metrics', () => {
  it('prints every metric under its documented name and labels, and nothing else', async () => {
    await using telemetry = await telemetryForTest({ maxDimensionValues: 1 });
    await state('everything', stateEveryFact);
    await state('timeout', (note) => note('timeout.operation', 'one too many'));
    const lines = [...linesOf(await telemetry.handle.metricsText()).keys()];
    const printed = lines.map((line) => {
      const [name, labels = ''] = line.split('{');
      return `${name}{${[...labels.matchAll(/(\w+)="/g)].map(([, label]) => label).join(',')}}`;
    });
    const own = new Set(printed.filter((line) => !line.startsWith('target_info')));
    expect([...own].sort()).toEqual(PRINTED);
  });

  it('prints a page that promtool accepts', async (test) => {
    const command = promtool();
    // Only on a machine of a contributor who cannot install it: with REQUIRE_SERVICES=1, as in CI, promtool() throws instead.
    if (command === undefined) return test.skip('promtool is not installed');
    await using telemetry = await telemetryForTest();
    await state('everything', stateEveryFact);
    const page = await telemetry.handle.metricsText();
    const { status, stdout, stderr } = spawnSync(command, ['check', 'metrics'], { input: page, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('counts what each fact says', async () => {
    await using telemetry = await telemetryForTest();
    await state('everything', stateEveryFact);
    const lines = linesOf(await telemetry.handle.metricsText());
    const stream = 'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-5-mini"';
    const call = `${stream},gen_ai_token_modality="unknown"`;
    expect(Object.fromEntries(lines)).toMatchObject({
      'timeout_failures_total{operation="answer"}': 1,
      'timeout_outcomes_total{operation="answer",outcome="timeout"}': 1,
      'timeout_abandoned_in_flight{operation="answer"}': 0,
      'timeout_discarded_total{operation="answer",late_result="resolved"}': 1,
      'cache_breaker_state{operation="answer"}': 2,
      'cache_store_errors_total{operation="answer",reason="timeout"}': 1,
      'cache_unavailable_total{operation="answer",reason="closed"}': 1,
      'cache_corrupt_total{operation="answer"}': 1,
      'cache_cost_savings_usd{operation="answer"}': 0.25,
      'cache_savings_unpriced_total{operation="answer"}': 1,
      'cache_skipped_total{operation="answer",reason="empty"}': 1,
      'cache_stale_served_total{operation="answer",cause="rate_limited"}': 1,
      'cache_refreshes_total{operation="answer",outcome="not_stored"}': 1,
      'cache_invalidations_total{operation="answer",kind="tag"}': 1,
      'cache_write_failures_total{operation="answer",reason="oom"}': 1,
      'router_decisions_total{route="cheap",reason="routing_function"}': 1,
      'router_errors_total{route="cheap",error_type="timeout"}': 1,
      'router_fallbacks_total{route="cheap",error_type="timeout"}': 1,
      'router_refusals_total{reason="budget_exhausted"}': 1,
      'router_cost_savings_usd{route="cheap"}': -0.5,
      'router_unpriced_total{route="cheap"}': 1,
      'llm_calls_total{provider="openai",model="gpt-5-mini",outcome="failed"}': 1,
      'llm_cost_usd_total{provider="openai",model="gpt-5-mini"}': 0.125,
      'llm_unpriced_total{provider="openai",model="gpt-5-mini"}': 1,
      'llm_call_cost_usd_bucket{provider="openai",model="gpt-5-mini",le="0.3"}': 1,
      'llm_call_cost_usd_sum{provider="openai",model="gpt-5-mini"}': 0.125,
      [`gen_ai_client_inference_time_to_first_chunk_sum{${stream}}`]: 0.25,
      [`gen_ai_client_inference_time_per_output_chunk_sum{${stream}}`]: 0.03,
      [`gen_ai_client_inference_time_per_output_chunk_count{${stream}}`]: 2,
      [`gen_ai_client_inference_operation_input_tokens_bucket{${stream},le="4"}`]: 0,
      [`gen_ai_client_inference_operation_input_tokens_bucket{${stream},le="16"}`]: 1,
      [`gen_ai_client_inference_operation_output_tokens_sum{${stream}}`]: 5,
      [`gen_ai_client_inference_usage_input_tokens_total{${call}}`]: 9,
      [`gen_ai_client_inference_usage_output_tokens_total{${call}}`]: 5,
      [`gen_ai_client_inference_usage_cache_read_input_tokens_total{${call}}`]: 4,
      [`gen_ai_client_inference_usage_cache_write_input_tokens_total{${call}}`]: 2,
      [`gen_ai_client_inference_usage_reasoning_output_tokens_total{${call}}`]: 1,
      telemetry_errors_total: 0,
    });
  });

  it('prints the counters of an operation or a route as 0 from its first execution', async () => {
    await using telemetry = await telemetryForTest();
    await state('everything', (note) => {
      note('cache.operation', 'a');
      note('timeout.operation', 'b');
      note('router.route', 'c');
    });
    const lines = linesOf(await telemetry.handle.metricsText());
    expect(Object.fromEntries(lines)).toMatchObject({
      'cache_hits_total{operation="a"}': 0,
      'cache_misses_total{operation="a"}': 0,
      'cache_hit_rate{operation="a"}': 0,
      'cache_cost_savings_usd{operation="a"}': 0,
      'timeout_successes_total{operation="b"}': 0,
      'timeout_failures_total{operation="b"}': 0,
      'timeout_rate{operation="b"}': 0,
      'router_cost_savings_usd{route="c"}': 0,
    });
  });

  it('computes rates from the very counters that are printed beside them', async () => {
    const lookups = fc.array(fc.constantFrom<CacheOutcome>('hit', 'miss', 'stale', 'bypass', 'coalesced'));
    const calls = fc.array(fc.constantFrom<TimeoutOutcome>('success', 'late_success', 'error', 'timeout', 'cancelled'));
    await fc.assert(
      fc.asyncProperty(lookups, calls, async (outcomes, timeouts) => {
        await using telemetry = await telemetryForTest();
        await state('everything', (note) => {
          note('cache.operation', 'a');
          note('timeout.operation', 'a');
          for (const outcome of outcomes) note('cache.outcome', outcome);
          for (const outcome of timeouts) note('timeout.outcome', outcome);
        });
        const lines = linesOf(await telemetry.handle.metricsText());
        const sumOf = (name: string): number => lines.get(`${name}{operation="a"}`) ?? Number.NaN;
        const times = (...words: string[]): number =>
          [...outcomes, ...timeouts].filter((outcome) => words.includes(outcome)).length;

        const [hits, misses] = [sumOf('cache_hits_total'), sumOf('cache_misses_total')];
        expect([hits, misses]).toEqual([times('hit', 'stale', 'coalesced'), times('miss')]);
        expect(hits + misses + times('bypass')).toBe(outcomes.length);
        expect(sumOf('cache_hit_rate')).toBe(hits + misses === 0 ? 0 : hits / (hits + misses));

        const [successes, failures] = [sumOf('timeout_successes_total'), sumOf('timeout_failures_total')];
        const finished = timeouts.length - times('cancelled');
        expect([successes, failures]).toEqual([times('success', 'late_success'), times('timeout')]);
        expect(sumOf('timeout_rate')).toBe(finished === 0 ? 0 : failures / finished);
      }),
      { numRuns: 40 },
    );
  });

  it('measures from the start of a step to the real end of its output', async () => {
    await using telemetry = await telemetryForTest();
    const clock = manualClock();
    const chunks = await state(
      'timeout',
      async (note) => {
        note('timeout.operation', 'stream');
        note('timeout.outcome', 'success');
        await clock.advance(1_000);
        return (async function* () {
          yield 'a';
          await clock.advance(2_000);
          yield 'b';
        })();
      },
      new WorkflowContext({ clock }),
    );
    expect(await telemetry.read('timeout_execution_seconds_count{operation="stream"}')).toBeUndefined();
    await allOf(chunks);
    expect(await telemetry.read('timeout_execution_seconds_sum{operation="stream"}')).toBe(3);
  });

  it.each([
    ['timeout_execution_seconds', 'operation="a"'],
    ['cache_latency_seconds', 'operation="a",hit="false"'],
    ['router_execution_seconds', 'route="a"'],
  ])('tells answers of half a minute, of one and of many apart in %s', async (metric, labels) => {
    await using telemetry = await telemetryForTest();
    for (const seconds of [12, 25, 55, 110, 170, 340, 700]) {
      const clock = manualClock();
      const answer = async (note: NoteFact): Promise<void> => {
        note('timeout.operation', 'a');
        note('timeout.outcome', 'success');
        note('cache.operation', 'a');
        note('cache.outcome', 'miss');
        note('router.route', 'a');
        await clock.advance(1_000 * seconds);
      };
      await state('any', answer, new WorkflowContext({ clock }));
    }
    const lines = linesOf(await telemetry.handle.metricsText());
    const counts = [...lines].filter(([line]) => line.startsWith(`${metric}_bucket{${labels},le=`));
    expect(new Set(counts.map(([, count]) => count))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(lines.get(`${metric}_bucket{${labels},le="900"}`)).toBe(7);
  });

  it('has the latency of misses under hit="false", of every other answer under hit="true", and none of bypasses', async () => {
    await using telemetry = await telemetryForTest();
    for (const outcome of ['hit', 'stale', 'coalesced', 'miss', 'bypass'] as const) {
      await state('cache', (note) => {
        note('cache.operation', 'a');
        note('cache.outcome', outcome);
      });
    }
    expect(await telemetry.read('cache_latency_seconds_count{operation="a",hit="true"}')).toBe(3);
    expect(await telemetry.read('cache_latency_seconds_count{operation="a",hit="false"}')).toBe(1);
  });

  it('records facts that are stated after the end of the step', async () => {
    await using telemetry = await telemetryForTest();
    const note = await state('timeout', (statedLater) => {
      statedLater('timeout.operation', 'a');
      return statedLater;
    });
    note('timeout.discarded', 'rejected');
    expect(await telemetry.read('timeout_discarded_total{operation="a",late_result="rejected"}')).toBe(1);
  });

  it('counts the values past the cap of a dimension as _other, and says so', async () => {
    await using telemetry = await telemetryForTest({ maxDimensionValues: 2 });
    for (const operation of ['a', 'b', 'c', 'd', 'a']) {
      await state('cache', (note) => {
        note('cache.operation', operation);
        note('cache.outcome', 'hit');
      });
    }
    const lines = linesOf(await telemetry.handle.metricsText());
    const hits = [...lines].filter(([line]) => line.startsWith('cache_hits_total'));
    expect(Object.fromEntries(hits)).toEqual({
      'cache_hits_total{operation="a"}': 2,
      'cache_hits_total{operation="b"}': 1,
      'cache_hits_total{operation="_other"}': 2,
    });
    expect(lines.get('telemetry_overflow_total{dimension="operation"}')).toBe(2);
  });

  it('adds up over more series than one metric may have', async () => {
    await using telemetry = await telemetryForTest({ maxDimensionValues: 200 });
    const names = Array.from({ length: 105 }, (_, index) => `n${index}`);
    for (const provider of names) {
      for (const model of names) {
        await state('llm', (note) => {
          note('llm.provider', provider);
          note('llm.model', model);
          note('llm.costUsd', 0.125);
        });
      }
    }
    const lines = linesOf(await telemetry.handle.metricsText());
    const costs = [...lines].filter(([line]) => line.startsWith('llm_cost_usd_total{'));
    expect(costs.reduce((sum, [, usd]) => sum + usd, 0)).toBe(11_025 * 0.125);
    expect(costs).toHaveLength(10_001);
    expect(lines.get('llm_cost_usd_total{provider="_other",model="_other"}')).toBe(1_025 * 0.125);
    expect(lines.get('telemetry_overflow_total{dimension="llm_cost_usd_total"}')).toBe(1_025);
  });

  it('takes a value that is too long to be a word of the code for _other', async () => {
    await using telemetry = await telemetryForTest();
    await state('cache', (note) => note('cache.operation', 'a prompt '.repeat(20)));
    expect(await telemetry.read('cache_hits_total{operation="_other"}')).toBe(0);
    expect(await telemetry.handle.metricsText()).not.toContain('a prompt');
  });

  it('counts a fact that cannot be recorded, and changes nothing about the work', async () => {
    await using telemetry = await telemetryForTest();
    const answer = await state('router', (note) => {
      note('router.route', 'a');
      note('llm.costUsd', Number.NaN);
      return 'the answer';
    });
    expect(answer).toBe('the answer');
    expect(await telemetry.read('telemetry_errors_total')).toBe(1);
  });
});
