import { field, fieldAt, isGiven, listOf } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, finishOrCall, say } from '../answer-draft.ts';
import { eitherCount, eitherField, eitherText } from '../spelling.ts';
import { failedWith } from '../stated-failure.ts';
import { sumOfKnown, usageOfParts } from '../usage-parts.ts';

/** Whether a value has the candidates of a response, or the reason why its prompt got none. */
export function isResponse(value: unknown): boolean {
  return Array.isArray(field(value, 'candidates')) || blockReasonOf(value) !== undefined || isBare(value);
}

/** The client makes a response without members of an error that came with a status of success. */
function isBare(value: unknown): boolean {
  return field(value, 'sdkHttpResponse') !== undefined && Object.keys(value as object).length === 1;
}

function blockReasonOf(response: unknown): string | undefined {
  return eitherText(eitherField(response, 'promptFeedback'), 'blockReason');
}

/** The name of a model without the resource path that it may stand in: `models/`, `publishers/google/models/`. */
export function modelName(name: string | undefined): string | undefined {
  const start = name?.lastIndexOf('models/') ?? -1;
  return start < 0 ? name : name?.slice(start + 'models/'.length);
}

/** Reads what a response says, or a chunk of its stream, which has the same shape. */
export function readResponse(draft: AnswerDraft, response: unknown): void {
  draft.model = modelName(eitherText(response, 'modelVersion')) ?? draft.model;
  draft.id = eitherText(response, 'responseId') ?? draft.id;
  if (isBare(response)) draft.failure = failedWith(response, { code: 'bad_response' });
  const blocked = blockReasonOf(response);
  if (blocked !== undefined)
    Object.assign(draft.choice(0), { finish: 'filtered', finishReason: blocked.toLowerCase() });
  listOf(field(response, 'candidates')).forEach((candidate, position) => {
    const choice = draft.choice(field(candidate, 'index') ?? position);
    for (const part of listOf(fieldAt(candidate, 'content', 'parts'))) readPart(choice, part);
    finishOrCall(choice, eitherField(candidate, 'finishReason')); // @see https://ai.google.dev/api/generate-content#FinishReason
  });
}

/** What a part holds beside text that is an answer too. Code that the provider runs is one with its result. */
const CONTENT = ['inlineData', 'fileData', 'codeExecutionResult'] as const;

export function readPart(choice: ChoiceDraft, part: unknown): void {
  if (field(part, 'thought') === true) return;
  const text = field(part, 'text');
  if (typeof text === 'string') {
    say(choice, text);
    return;
  }
  choice.hasToolCalls ||= isGiven(eitherField(part, 'functionCall'));
  choice.hasContent ||= CONTENT.some((name) => isGiven(eitherField(part, name)));
}

/**
 * Whether a value holds embeddings: of the Gemini API (`embedding.values`, `embeddings[].values`) or a prediction of Vertex. Other
 * APIs give bare lists of numbers.
 */
export function isEmbedding(value: unknown): boolean {
  return embeddingsOf(value).some((embedding) => Array.isArray(field(embedding, 'values')));
}

function embeddingsOf(value: unknown): readonly unknown[] {
  const single = field(value, 'embedding');
  if (single !== undefined) return [single];
  const several = field(value, 'embeddings');
  if (several !== undefined) return listOf(several);
  return listOf(field(value, 'predictions')).map((prediction) => field(prediction, 'embeddings'));
}

/** Reads how many tokens were embedded; only Vertex states it, for each text. */
export function readEmbedding(draft: AnswerDraft, answer: unknown): void {
  draft.hasChoices = false;
  const counts = embeddingsOf(answer).map((embedding) => eitherCount(field(embedding, 'statistics'), 'tokenCount'));
  const inputTokens = sumOfKnown(counts);
  draft.usage ??= usageOfParts({ inputTokens, outputTokens: 0 });
}
