// A report on one request: which models were called, what failed, what it cost and what was saved.
// Run it with: node --conditions=tta-source examples/report.ts
import { failureOf, RetryPrimitive, WorkflowContext, withReport } from 'tta-dev-primitives';
import { modelCall } from 'tta-observability-integration/llm';
import { CachePrimitive, RouterPrimitive, TimeoutPrimitive } from 'tta-observability-integration/primitives';

interface Question {
  readonly prompt: string;
}

/** Stands in for a model that is overloaded at its first call, and for one that is always overloaded if `isDown`. */
function standIn(model: string, isDown = false) {
  let calls = 0;
  return (_question: Question) => {
    calls += 1;
    if (isDown || calls === 1) throw Object.assign(new Error('overloaded'), { status: 503 });
    const message = { role: 'assistant', content: `Hello from ${model}.` };
    const usage = { prompt_tokens: 14, completion_tokens: 5, total_tokens: 19 };
    return { model, choices: [{ index: 0, message, finish_reason: 'stop' }], usage };
  };
}

// Inside the retry, so the report lists every attempt. A router makes model calls of its routes by itself.
const large = new RetryPrimitive(modelCall(standIn('gpt-4o'), { model: 'gpt-4o', provider: 'openai' }));
const router = new RouterPrimitive(
  { small: { step: standIn('gpt-4o-mini', true), model: 'gpt-4o-mini', provider: 'openai' }, large },
  { strategy: () => 'small', defaultRoute: 'large', fallback: true },
);
const cached = new CachePrimitive(router, { operation: 'answer' });
const workflow = new TimeoutPrimitive(cached, { operation: 'answer', timeoutMs: 10_000 });

for (const time of ['first', 'second']) {
  const { context, report } = withReport(new WorkflowContext({ tenantId: 'acme' }));
  await workflow.execute({ prompt: 'Say hello.' }, context);
  const { route = 'none', attempts = [], cacheOutcome, costUsd, savedUsd } = await report;
  console.log(`The ${time} time: cache ${cacheOutcome}, route ${route}, cost $${costUsd}, saved $${savedUsd}`);
  for (const { model, outcome, failure, usage } of attempts) {
    console.log(`  ${model} ${outcome}`, failure ?? usage);
  }
}

// The error of a request says what its caller should do.
const down = new RouterPrimitive(
  { a: standIn('a', true), b: standIn('b', true) },
  { strategy: () => 'a', defaultRoute: 'b', fallback: true },
);
await down.execute({ prompt: 'Say hello.' }).catch((error: unknown) => console.log(String(error), failureOf(error)));
