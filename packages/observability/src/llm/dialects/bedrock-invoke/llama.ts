import { countField, field } from '../../fields.ts';
import { type AnswerDraft, finish, say } from '../answer-draft.ts';
import { risen } from '../rising-counts.ts';
import { usageOfParts } from '../usage-parts.ts';

/** A whole answer of Llama, or a chunk of its stream. @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html */
export function isLlama(value: unknown): boolean {
  return typeof field(value, 'generation') === 'string' && field(value, 'generation_token_count') !== undefined;
}

/** Only the first chunk of a stream states the prompt; the counts of what was generated rise. */
export function readLlama(draft: AnswerDraft, answer: unknown): void {
  const choice = draft.choice(0);
  say(choice, field(answer, 'generation'));
  finish(choice, field(answer, 'stop_reason'));
  const inputTokens = countField(answer, 'prompt_token_count') || draft.usage?.inputTokens;
  const outputTokens = countField(answer, 'generation_token_count');
  draft.usage = risen(draft.usage, usageOfParts({ inputTokens, outputTokens }));
}
