import { countField, field, listOf } from '../../fields.ts';
import { type AnswerDraft, finish, say } from '../answer-draft.ts';
import { risen } from '../rising-counts.ts';
import { sumOfKnown, usageOfParts } from '../usage-parts.ts';

/** A whole answer of Titan, or a chunk of its stream. @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html */
export function isTitan(value: unknown): boolean {
  return typeof field(value, 'outputText') === 'string' || isTitanResult(listOf(field(value, 'results'))[0]);
}

function isTitanResult(result: unknown): boolean {
  return typeof field(result, 'outputText') === 'string';
}

export function isTitanEmbedding(value: unknown): boolean {
  return (
    countField(value, 'inputTextTokenCount') !== undefined &&
    (Array.isArray(field(value, 'embedding')) || field(value, 'embeddingsByType') !== undefined)
  );
}

export function readTitan(draft: AnswerDraft, answer: unknown): void {
  const inputTokens = countField(answer, 'inputTextTokenCount');
  if (isTitanEmbedding(answer)) {
    draft.hasChoices = false;
    draft.usage = usageOfParts({ inputTokens, outputTokens: 0 });
    return;
  }
  if (field(answer, 'results') === undefined) {
    readResult(draft, answer, field(answer, 'index') ?? 0);
    const outputTokens = countField(answer, 'totalOutputTextTokenCount');
    draft.usage = risen(draft.usage, usageOf(inputTokens, outputTokens));
    return;
  }
  const results = listOf(field(answer, 'results'));
  results.forEach((result, position) => {
    readResult(draft, result, position);
  });
  const counts = results.map((result) => countField(result, 'tokenCount'));
  draft.usage = usageOf(inputTokens, sumOfKnown(counts));
}

/** No prompt is empty: an input of 0 is one that is not known. */
function usageOf(inputTokens: number | undefined, outputTokens: number | undefined): AnswerDraft['usage'] {
  return usageOfParts({ inputTokens: inputTokens || undefined, outputTokens });
}

function readResult(draft: AnswerDraft, result: unknown, index: unknown): void {
  const choice = draft.choice(index);
  say(choice, field(result, 'outputText'));
  finish(choice, field(result, 'completionReason'));
}
