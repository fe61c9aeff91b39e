import { field } from '../../fields.ts';
import { draftReader, wholeBy } from '../answer-draft.ts';
import { exceptionIn } from '../aws-exception.ts';
import type { Dialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { requestDialect } from '../request-dialect.ts';
import { isLlama, readLlama } from './llama.ts';
import { isTitan, isTitanEmbedding, readTitan } from './titan.ts';

const reader = draftReader('bedrock_invoke', (draft) => ({
  add(chunk) {
    if (isLlama(chunk)) readLlama(draft, chunk);
    else readTitan(draft, chunk);
    draft.failure ??= exceptionIn(chunk);
  },
  end() {
    if (draft.hasChoices) draft.choice(0);
  },
}));

/**
 * Answers of `InvokeModel` in the formats of models that only Bedrock serves so: Titan, and Llama. Models of other formats are read by
 * those formats' own dialects.
 */
export const BEDROCK_INVOKE: Dialect = {
  name: 'bedrock_invoke',
  request: requestDialect({
    // Bodies for Titan; those for Llama are a prompt that any model could get.
    is: (value) => typeof field(value, 'inputText') === 'string',
    model: () => undefined,
    provider: () => 'aws.bedrock',
    form: () => 'unknown',
    lastQuestion: (request) => lastMessageOf(request, { messages: 'inputText' }),
  }),
  answer: {
    is: isInvokeAnswer,
    members: ['generation', 'outputText', 'results', 'inputTextTokenCount'],
    read: wholeBy(reader),
  },
  stream: {
    isChunk: (chunk) => isTitan(chunk) || isLlama(chunk),
    members: ['generation', 'outputText', 'results'],
    reader,
  },
  bytes: { streamFraming: 'aws_event_stream' },
};

function isInvokeAnswer(value: unknown): boolean {
  return isTitan(value) || isLlama(value) || isTitanEmbedding(value);
}
