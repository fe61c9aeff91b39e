/**
 * Two tenants under one limit of tokens and money: a request that does not fit is refused before it is sent, and what an answer did not use
 * is given back.
 *
 *     node --conditions=tta-source examples/limits.ts
 */
import { WorkflowContext } from 'tta-dev-primitives';
import { isLimitError, LimitPrimitive } from 'tta-observability-integration/primitives';

const requestOf = (content: string) => ({
  model: 'gpt-4o-mini',
  max_tokens: 60,
  messages: [{ role: 'user' as const, content }],
});

/** Stands for a model: `(request, { signal }) => client.chat.completions.create(request, { signal })`. */
const ask = async ({ model }: ReturnType<typeof requestOf>) => ({
  model,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Because of Rayleigh.' } }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
});

const limited = new LimitPrimitive(ask, {
  key: 'tenant',
  tokensPerMinute: 100,
  budget: { limitUsd: 5, windowMs: 86_400_000 },
  operation: 'chat',
});

/** Two requests at once reserve more than the limit; one after the other they fit, because each uses less than it may. */
for (const tenantId of ['acme', 'initech']) {
  const context = new WorkflowContext({ tenantId });
  const question = requestOf('Why is the sky blue?');
  const atOnce = await Promise.allSettled([limited.execute(question, context), limited.execute(question, context)]);
  for (const outcome of atOnce) {
    if (outcome.status === 'fulfilled') console.log(`${tenantId}: ${outcome.value.choices[0]?.message.content}`);
    else if (isLimitError(outcome.reason))
      console.log(`${tenantId}: ${outcome.reason.status} ${outcome.reason.message}`);
    else throw outcome.reason;
  }
  await limited.execute(question, context);
}
const { allowed, refused, tokens } = limited.getStats();
console.log(`${allowed} allowed, ${refused} refused, ${tokens} tokens`);
