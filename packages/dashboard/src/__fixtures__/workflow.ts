import { type Step, WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import { isAsyncIterable } from 'tta-dev-primitives/internal';
import {
  type AnyStrategy,
  CachePrimitive,
  memoryStore,
  RouterPrimitive,
} from 'tta-observability-integration/primitives';

export interface Question {
  readonly model: string;
  readonly temperature: number;
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
}

export const ask = (content: string): Question => ({
  model: 'gpt-4o',
  temperature: 0,
  messages: [{ role: 'user', content }],
});

/** Answers as OpenAI does: a thousand tokens in, a hundred out. */
export const modelStep =
  (model: string) =>
  ({ messages }: Question): object => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: messages[0]?.content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
  });

interface RouterInit {
  readonly strategy?: AnyStrategy<Question>;
  readonly fallback?: boolean;
}

/** Questions that are longer than eight characters go to the expensive model. */
const byLength = ({ messages }: Question): string => ((messages[0]?.content.length ?? 0) > 8 ? 'large' : 'small');

export function router(
  large: Step<Question, object> = modelStep('gpt-4o'),
  { strategy = byLength, fallback = true }: RouterInit = {},
) {
  return new RouterPrimitive(
    {
      large: { step: large, model: 'gpt-4o', provider: 'openai' },
      small: { step: modelStep('gpt-4o-mini'), model: 'gpt-4o-mini', provider: 'openai' },
    },
    {
      strategy,
      defaultRoute: 'small',
      baseline: 'large',
      fallback,
    },
  );
}

export function cached(step: Step<Question, object>) {
  return new CachePrimitive(step, { store: memoryStore({ maxBytes: 1_000_000 }), operation: 'chat' });
}

/** Asks every question, one after the other, and reads every answer to its end; failures are the test's own business. */
export async function askAll(
  workflow: WorkflowPrimitive<Question, object>,
  questions: readonly string[],
  init: ConstructorParameters<typeof WorkflowContext>[0] = {},
): Promise<void> {
  for (const question of questions) {
    const answer = await workflow.execute(ask(question), new WorkflowContext(init)).catch(() => ({}));
    if (isAsyncIterable(answer)) await readWhole(answer);
  }
}

async function readWhole(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of chunks);
}
