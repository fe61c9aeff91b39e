import { field } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { exceptionIn } from '../aws-exception.ts';
import { CARRIAGE, callerKeyIn } from '../carriage.ts';
import type { Dialect, RequestDialect, StreamReader } from '../dialect.ts';
import { isLlama, readLlama } from './llama.ts';
import { isTitan, isTitanEmbedding, readTitan } from './titan.ts';

/**
 * Answers of `InvokeModel` in the formats of models that only Bedrock serves so: Titan, and Llama. Models of other formats are read by
 * those formats' own dialects.
 */
export const BEDROCK_INVOKE: Dialect = {
  name: 'bedrock_invoke',
  request: invokeRequest(),
  answer: {
    is: isInvokeAnswer,
    members: ['generation', 'outputText', 'results', 'inputTextTokenCount'],
    read: readInvokeAnswer,
  },
  stream: {
    isChunk: (chunk) => isTitan(chunk) || isLlama(chunk),
    members: ['generation', 'outputText', 'results'],
    reader: invokeReader,
  },
  bytes: { streamFraming: 'aws_event_stream' },
};

function isInvokeAnswer(value: unknown): boolean {
  return isTitan(value) || isLlama(value) || isTitanEmbedding(value);
}

function readInvokeAnswer(value: unknown): AnswerReading {
  const reader = invokeReader();
  reader.add(value);
  return reader.reading();
}

function invokeReader(): StreamReader {
  const draft = new AnswerDraft('bedrock_invoke');
  return {
    add(chunk) {
      if (isLlama(chunk)) readLlama(draft, chunk);
      else readTitan(draft, chunk);
      draft.failure ??= exceptionIn(chunk);
    },
    reading() {
      if (draft.hasChoices) draft.choice(0);
      return draft.close();
    },
  };
}

/** Bodies for Titan; those for Llama are a prompt that any model could get. */
function invokeRequest(): RequestDialect {
  return {
    is: (value) => typeof field(value, 'inputText') === 'string',
    model: () => undefined,
    provider: () => 'aws.bedrock',
    form: () => 'unknown',
    withoutEffect: CARRIAGE,
    keepsServerState: () => false,
    asksForJson: () => false,
    person: () => [],
    callerKey: callerKeyIn,
    prompt: (request) =>
      readPrompt({
        prompt: field(request, 'inputText'),
        max_tokens: field(field(request, 'textGenerationConfig'), 'maxTokenCount'),
      }),
    lastQuestion: (request) => ({
      text: String(field(request, 'inputText')),
      rest: (text) => ({ ...request, inputText: text }),
    }),
  };
}
