import { field, fieldAt, isGiven, objectField, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import type { FieldRules, RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { messageDialectOf } from '../message-request.ts';
import { asksForAny, isJsonFormat, personIn, requestDialect } from '../request-dialect.ts';

/** What the parameters of providers say beside what decides an answer: who asks, billing, and how it is sent. */
const PARAMS_WITHOUT_EFFECT: FieldRules = {
  user: true,
  safety_identifier: true,
  metadata: true,
  service_tier: true,
  prompt_cache_key: true,
  prompt_cache_retention: true,
  prompt_cache_options: true,
  cache_control: true,
  stream: true,
  stream_options: true,
};

/** What parameters of providers leave there, or go on with. */
const KEPT = ['previous_response_id', 'conversation', 'container', 'store'] as const;

/** Where the parameters of providers state the format of the answer. */
const FORMATS = [['response_format'], ['text', 'format'], ['output_config', 'format']] as const;

/**
 * Calls of chat models: the messages, and as `invocationParams` what LangChain sends beside them, which has the names of the model's
 * provider.
 */
export const langChainRequest: RequestDialect = requestDialect({
  is: (value) => messageDialectOf(value) === 'langchain',
  model: (request) => textField(request, 'model'),
  provider: (request) => textField(request, 'provider'),
  form: () => 'unknown', // the method that is called decides
  withoutEffect: { invocationParams: PARAMS_WITHOUT_EFFECT },
  keepsServerState: (request) => asksForAny(paramsOf(request), KEPT),
  asksForJson: (request) => FORMATS.some((path) => isJsonFormat(fieldAt(paramsOf(request), ...path))),
  person: (request) => personIn(paramsOf(request)).filter(isGiven),
  prompt: (request) => readPrompt({ ...paramsOf(request), messages: field(request, 'messages') }),
  lastQuestion: (request) => lastMessageOf(request, { parts: 'content' }),
});

function paramsOf(request: object): object {
  return objectField(request, 'invocationParams') ?? {};
}
