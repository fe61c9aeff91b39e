import { setTimeout } from 'node:timers/promises';
import type { WorkflowContext } from 'tta-dev-primitives';
import type { Question } from './question.ts';

/** US dollars for a million tokens in and out. */
export interface Rates {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
}

/** A provider that answers, streams, fails or stalls. It counts how often it is asked, and what it bills. */
export class UnreliableProvider {
  calls = 0;
  billedUsd = 0;
  #tokens = 0;

  /** A step that asks for what costs so much. */
  at(rates: Rates): (question: Question, context: WorkflowContext) => Promise<unknown> {
    return async (question, { signal, tenantId }) => {
      this.calls += 1;
      const chance = Math.random();
      if (chance < 0.02) throw Object.assign(new Error('overloaded'), { status: 503 });
      await setTimeout(chance < 0.03 ? 60_000 : 1 + 5 * Math.random(), undefined, { signal });
      const content = `${question.messages[0]?.content} of ${tenantId}`;
      return question.stream
        ? this.#chunksOf(question, content, rates, signal)
        : this.#wholeOf(question, content, rates);
    };
  }

  #wholeOf({ model }: Question, content: string, rates: Rates): object {
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
    return { object: 'chat.completion', model, choices, usage: this.#billed(rates) };
  }

  async *#chunksOf(question: Question, content: string, rates: Rates, signal: AbortSignal): AsyncGenerator<object> {
    const chunk = (delta: object, finish: string | null = null): object => ({
      object: 'chat.completion.chunk',
      model: question.model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    for (const word of content.split(/(?<= )/)) {
      await setTimeout(1, undefined, { signal });
      if (Math.random() < 0.005) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      yield chunk({ content: word });
    }
    yield { ...chunk({}, 'stop'), usage: this.#billed(rates) };
  }

  /** Bills an answer as it is handed over. */
  #billed({ inputPerMillionUsd, outputPerMillionUsd }: Rates): object {
    this.#tokens += 1;
    const [input, output] = [100 + (this.#tokens % 7), 20 + (this.#tokens % 11)];
    this.billedUsd += (input * inputPerMillionUsd + output * outputPerMillionUsd) / 1e6;
    return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  }
}
