import { countField, field, listOf, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { AnswerDraft, finish, say } from '../answer-draft.ts';
import type { FinishKind } from '../answer-reading.ts';
import { type Counts, gatherCounts, type Places, placesOf } from '../counts.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { wholeBy } from '../read-whole.ts';
import { requestDialect } from '../request-dialect.ts';
import { statedFailure } from '../stated-failure.ts';
import { usageOfParts } from '../usage-parts.ts';

const FINISHES: Readonly<Record<string, FinishKind>> = {
  eos_token: 'complete',
  stop_sequence: 'complete',
  max_tokens: 'cut',
  token_limit: 'cut',
  time_limit: 'cut',
  cancelled: 'failed',
  error: 'failed',
  not_finished: 'unfinished',
};

type Count = 'inputTokens' | 'outputTokens';

const PLACES: Places<Count> = placesOf<Count>({
  input_token_count: 'inputTokens',
  generated_token_count: 'outputTokens',
});

/** Whether a value is a generated text, or a piece of one, which looks the same. */
function isGeneration(value: unknown): boolean {
  return isOfModel(value) && listOf(field(value, 'results')).some((result) => countOf(result) !== undefined);
}

function isEmbedding(value: unknown): boolean {
  return (
    isOfModel(value) && listOf(field(value, 'results')).some((result) => Array.isArray(field(result, 'embedding')))
  );
}

function isOfModel(value: unknown): boolean {
  return textField(value, 'model_id') !== undefined;
}

function countOf(result: unknown): number | undefined {
  return countField(result, 'generated_token_count');
}

function reader(): StreamReader {
  const draft = new AnswerDraft('watsonx');
  const counts: Counts<Count> = { inputTokens: undefined, outputTokens: undefined };
  return {
    add(part) {
      draft.model ??= textField(part, 'model_id');
      draft.failure ??= statedFailure(part);
      gatherCounts(part, PLACES, counts);
      if (isEmbedding(part)) {
        draft.hasChoices = false;
        counts.outputTokens = 0;
        return;
      }
      listOf(field(part, 'results')).forEach((result, index) => {
        const choice = draft.choice(index);
        say(choice, field(result, 'generated_text'));
        finish(choice, field(result, 'stop_reason'), FINISHES);
        gatherCounts(result, PLACES, counts); // of a stream the counts grow, and the input is counted once
      });
    },
    reading() {
      draft.usage = usageOfParts({ inputTokens: counts.inputTokens, outputTokens: counts.outputTokens });
      return draft.close();
    },
  };
}

/**
 * IBM watsonx.ai: generated texts and embeddings. Its chats are chat completions.
 *
 * @see https://cloud.ibm.com/apidocs/watsonx-ai
 */
export const WATSONX: Dialect = {
  name: 'watsonx',
  request: requestDialect({
    is: (value) => isOfModel(value) && typeof field(value, 'input') === 'string',
    model: (request) => textField(request, 'model_id'),
    provider: () => 'ibm.watsonx.ai',
    form: () => 'unknown', // the address that is called decides
    prompt: (request) => ({
      ...readPrompt(request),
      maxOutputTokens: countField(field(request, 'parameters'), 'max_new_tokens'),
    }),
    lastQuestion: (request) => lastMessageOf(request, 'input'),
  }),
  answer: { is: (value) => isGeneration(value) || isEmbedding(value), members: ['model_id'], read: wholeBy(reader) },
  stream: { isChunk: isGeneration, members: ['model_id'], reader },
  bytes: { streamFraming: 'server_sent_events' },
};
