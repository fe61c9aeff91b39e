import { countField, field, listOf } from '../../fields.ts';
import { type AnswerDraft, finish, say } from '../answer-draft.ts';
import type { FinishKind } from '../answer-reading.ts';
import { largestUsage, usageOfParts } from '../usage-parts.ts';

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html */
const COMPLETION_REASONS: Readonly<Record<string, FinishKind>> = {
  finish: 'complete',
  finished: 'complete',
  stop_criteria_met: 'complete',
  length: 'cut',
  content_filtered: 'filtered',
  rag_query_when_rag_disabled: 'failed',
};

/** A whole answer of Titan, or a chunk of its stream. */
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
    draft.usage = largestUsage(draft.usage, usageOf(inputTokens, outputTokens));
    return;
  }
  const results = listOf(field(answer, 'results'));
  results.forEach((result, position) => {
    readResult(draft, result, position);
  });
  const counts = results.map((result) => countField(result, 'tokenCount'));
  const outputTokens = counts.reduce(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
  draft.usage = usageOf(inputTokens, outputTokens);
}

/** No prompt is empty: an input of 0 is one that is not known. */
function usageOf(inputTokens: number | undefined, outputTokens: number | undefined): AnswerDraft['usage'] {
  return usageOfParts({ inputTokens: inputTokens || undefined, outputTokens });
}

function readResult(draft: AnswerDraft, result: unknown, index: unknown): void {
  const choice = draft.choice(index);
  say(choice, field(result, 'outputText'));
  finish(choice, field(result, 'completionReason'), COMPLETION_REASONS);
}
