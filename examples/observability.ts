// Traces on stdout and metrics on a port: what one call sets up for every primitive of a process.
// Run it with: node --conditions=tta-source examples/observability.ts
import { sequence, step } from 'tta-dev-primitives';
import { initializeObservability } from 'tta-observability-integration';
import { TimeoutPrimitive } from 'tta-observability-integration/primitives';

const observability = await initializeObservability({ serviceName: 'example', prometheusPort: 0 });
for (const problem of observability.problems) console.warn(problem.message);

const answer = step('answer', async (question: string) => `You asked: ${question}`);
const workflow = sequence(
  (question: string) => question.trim(),
  new TimeoutPrimitive(answer, { timeoutMs: 2_000, operation: 'answer' }),
);

console.log(await workflow.execute('  What is a span?  '));

const page = await observability.metricsText();
console.log(`${observability.metricsUrl} shows, among others:`);
for (const line of page.split('\n').filter((text) => /^timeout_(?!.*_bucket)/.test(text))) console.log(`  ${line}`);

await observability.shutdown();
