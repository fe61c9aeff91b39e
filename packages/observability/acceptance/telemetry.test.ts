import { initializeObservability } from 'tta-observability-integration';
import { TimeoutPrimitive } from 'tta-observability-integration/primitives';
import { expect, it } from 'vitest';

it('prints what a workflow did under the names that dashboards know', async () => {
  const observability = await initializeObservability({ environment: 'test' });
  await new TimeoutPrimitive(async () => 'answer', { operation: 'answer', timeoutMs: 10_000 }).execute(null);
  expect(observability.state).toBe('active');
  const page = await observability.metricsText();
  await observability.shutdown();
  expect(page).toContain('timeout_successes_total{operation="answer"} 1\n');
});
