import { countField, field, listOf, textField } from '../../fields.ts';
import { draftReader, finish, say, wholeBy } from '../answer-draft.ts';
import { type Counts, gatherCounts, placesOf } from '../counts.ts';
import type { Dialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { requestDialect } from '../request-dialect.ts';
import { statedFailure } from '../stated-failure.ts';
import { usageOfParts } from '../usage-parts.ts';

type Count = 'inputTokens' | 'outputTokens';

const PLACES = placesOf<Count>({ input_token_count: 'inputTokens', generated_token_count: 'outputTokens' });

/** Whether a value is a generated text, or a piece of one, which looks the same. */
function isGeneration(value: unknown): boolean {
  return hasResult(value, (result) => countField(result, 'generated_token_count') !== undefined);
}

function isEmbedding(value: unknown): boolean {
  return hasResult(value, (result) => Array.isArray(field(result, 'embedding')));
}

function hasResult(value: unknown, isKnown: (result: unknown) => boolean): boolean {
  return textField(value, 'model_id') !== undefined && listOf(field(value, 'results')).some(isKnown);
}

const reader = draftReader('watsonx', (draft) => {
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
        finish(choice, field(result, 'stop_reason'));
        gatherCounts(result, PLACES, counts); // of a stream the counts grow, and the input is counted once
      });
    },
    end() {
      draft.usage = usageOfParts(counts);
    },
  };
});

/**
 * IBM watsonx.ai: generated texts and embeddings. Its chats are chat completions.
 *
 * @see https://cloud.ibm.com/apidocs/watsonx-ai
 */
export const WATSONX: Dialect = {
  name: 'watsonx',
  request: requestDialect({
    is: (value) => textField(value, 'model_id') !== undefined && typeof field(value, 'input') === 'string',
    model: (request) => textField(request, 'model_id'),
    provider: () => 'ibm.watsonx.ai',
    form: () => 'unknown', // the address that is called decides
    lastQuestion: (request) => lastMessageOf(request, { messages: 'input' }),
  }),
  answer: { is: (value) => isGeneration(value) || isEmbedding(value), members: ['model_id'], read: wholeBy(reader) },
  stream: { isChunk: isGeneration, members: ['model_id'], reader },
  bytes: { streamFraming: 'server_sent_events' },
};
