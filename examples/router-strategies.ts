// Combines strategies: hard rules first, sessions that stay where they are, the cheapest route otherwise, all within a budget; and goes
// on to another route when one is down.
// Run it with: node --conditions=tta-source examples/router-strategies.ts
import { WorkflowContext } from 'tta-dev-primitives';
import {
  BudgetExceededError,
  byBudget,
  byCost,
  byRules,
  bySticky,
  firstOf,
  RouterPrimitive,
} from 'tta-observability-integration/primitives';

interface Request {
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
  readonly tools?: readonly object[];
}

/** Stands in for a provider; in your code: (request, { signal }) => openai.chat.completions.create({ ... }, { signal }). */
const model = (name: string, completionTokens: number) => (request: Request) => ({
  model: name,
  choices: [{ message: { role: 'assistant', content: `answered by ${name}` }, finish_reason: 'stop' }],
  usage: { prompt_tokens: JSON.stringify(request).length >> 2, completion_tokens: completionTokens },
});

let isDown = false;
const mini = model('gpt-4o-mini', 40);
const sometimesDown = (request: Request) => {
  if (isDown) throw Object.assign(new Error('Service unavailable'), { status: 503 });
  return mini(request);
};

const budget = byBudget<Request>(bySticky(byCost()), {
  limitUsd: 0.01, // for a minute; 86_400_000 would be a day
  windowMs: 60_000,
  scope: ({ tenantId }) => tenantId,
  maxOutputTokens: 500,
});

const router = new RouterPrimitive(
  {
    mini: { step: sometimesDown, model: 'gpt-4o-mini', provider: 'openai', limits: { tools: false } },
    large: { step: model('gpt-4o', 400), model: 'gpt-4o', provider: 'openai' },
  },
  {
    strategy: firstOf(byRules(), budget), // rules out what cannot answer, and then chooses among the rest
    defaultRoute: 'large',
    baseline: 'large',
    fallback: true, // to any route that the strategy says would do as well
  },
);

const ask = (content: string, tools?: object[]): Request => ({
  messages: [{ role: 'user', content }],
  ...(tools && { tools }),
});
const print = async (title: string, request: Request, context?: WorkflowContext): Promise<void> => {
  const answer = await router.execute(request, context);
  console.log(`${title}: ${answer.choices[0]?.message.content}`);
};

await print('the cheapest route', ask('What is the capital of France?'));
await print(
  'a route that has tools',
  ask('How warm is it there?', [{ type: 'function', function: { name: 'weather' } }]),
);

const session = new WorkflowContext({ sessionId: 'anna' });
await print('a session', ask('Let us talk about Paris.'), session);
isDown = true;
await print('while its route is down', ask('What should I see there?'), session).catch((error: unknown) => {
  console.log(`while its route is down: ${String(error)}`);
});
isDown = false;

const tenant = new WorkflowContext({ tenantId: 'acme' });
let answers = 0;
try {
  for (; answers < 1_000; answers += 1) await router.execute(ask('One more question.', [{ type: 'function' }]), tenant);
} catch (error) {
  if (!(error instanceof BudgetExceededError)) throw error;
  console.log(
    `${tenant.tenantId} has had ${answers} answers for $${budget.usage(tenant).spentUsd.toFixed(4)} of $0.01`,
  );
}

console.log(String(router));
