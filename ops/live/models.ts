import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowContext } from 'tta-dev-primitives';

/** A request to a simulated model. */
export interface Request {
  readonly model: string;
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
}

/** An answer as OpenAI's API gives it. */
export interface Answer {
  readonly object: 'chat.completion';
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly finish_reason: 'stop';
    readonly message: { readonly role: 'assistant'; readonly content: string };
  }[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
    readonly completion_tokens_details: { readonly reasoning_tokens: number };
  };
}

/** An error as SDKs throw it. */
class ProviderError extends Error {
  override readonly name = 'APIError';
  readonly status: number;

  constructor(status: number) {
    super(`the provider answered with ${status}`);
    this.status = status;
  }
}

export interface Behaviour {
  /** How long an answer takes, in milliseconds. @defaultValue 2 */
  readonly answerMs?: number;
  /** One call in so many fails. @defaultValue no call */
  readonly failEvery?: number;
  /** What it fails with. @defaultValue 503 */
  readonly status?: number;
}

/** A model that answers, is late and fails as it is told, always in the same order. */
export function simulatedModel(name: string, { answerMs = 2, failEvery = Infinity, status = 503 }: Behaviour = {}) {
  let calls = 0;
  return async (request: Request | string, { signal }: WorkflowContext): Promise<Answer> => {
    calls += 1;
    const fails = calls % failEvery === 0;
    await sleep(answerMs, undefined, { signal });
    if (fails) throw new ProviderError(status);
    return answerOf(name, typeof request === 'string' ? request : (request.messages[0]?.content ?? ''));
  };
}

export function requestOf(content: string, model = 'gpt-4o-mini'): Request {
  return { model, messages: [{ role: 'user', content }] };
}

function answerOf(model: string, content: string): Answer {
  return {
    object: 'chat.completion',
    model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    usage: {
      prompt_tokens: 1_200,
      completion_tokens: 300,
      total_tokens: 1_500,
      prompt_tokens_details: { cached_tokens: 200 },
      completion_tokens_details: { reasoning_tokens: 40 },
    },
  };
}

/** One chunk of a streamed answer. */
interface Chunk {
  readonly object: 'chat.completion.chunk';
  readonly model: string;
  readonly choices: readonly {
    readonly index: 0;
    readonly delta: { readonly content?: string };
    readonly finish_reason: 'stop' | null;
  }[];
  readonly usage?: Answer['usage'];
}

/** A model that streams its answer in a few chunks. */
export function streamingModel(model: string) {
  return async function* (_request: Request, { signal }: WorkflowContext): AsyncGenerator<Chunk> {
    for (const content of ['It ', 'opens ', 'at 9.']) {
      await sleep(3, undefined, { signal });
      yield {
        object: 'chat.completion.chunk',
        model,
        choices: [{ index: 0, delta: { content }, finish_reason: null }],
      };
    }
    yield { object: 'chat.completion.chunk', model, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
    yield { object: 'chat.completion.chunk', model, choices: [], usage: answerOf(model, '').usage };
  };
}
