import { countField, field, listOf } from '../../fields.ts';
import type { AnswerDraft } from '../answer-draft.ts';
import { usageOfParts } from '../usage-parts.ts';

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
  const counts = embeddingsOf(answer).map((embedding) => {
    const statistics = field(embedding, 'statistics');
    return countField(statistics, 'tokenCount') ?? countField(statistics, 'token_count');
  });
  const inputTokens = counts.reduce(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
  draft.usage ??= usageOfParts({ inputTokens, outputTokens: 0 });
}
