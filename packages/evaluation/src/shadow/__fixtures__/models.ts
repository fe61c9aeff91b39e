/** An answer of 1,000 tokens in and 100 out, as a provider gives it. */
export const answerOf = (content: string, model: string): Answer => ({
  object: 'chat.completion',
  model,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

export interface Answer {
  readonly object: string;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly finish_reason: string;
    readonly message: { readonly role: string; readonly content: string };
  }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };
}

/** What such an answer costs, in US dollars. */
export const MINI_USD = 0.00021;
export const LARGE_USD = 0.0035;

export const mini =
  (content: string) =>
  (_prompt: string): Answer =>
    answerOf(content, 'gpt-4o-mini-2024-07-18');
export const large =
  (content: string) =>
  (_prompt: string): Answer =>
    answerOf(content, 'gpt-4o-2024-08-06');
