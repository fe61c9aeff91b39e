import { fieldAt, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { messageDialectOf } from '../message-request.ts';
import { formIfStated, isJsonFormat, requestDialect } from '../request-dialect.ts';

/** Requests of Converse, and bodies for models of Amazon that are asked alike. */
export const converseRequest: RequestDialect = requestDialect({
  is: (value) => messageDialectOf(value) === 'bedrock_converse',
  model: (request) => textField(request, 'modelId'),
  provider: () => 'aws.bedrock',
  form: formIfStated, // the operation that is called decides, or the address
  withoutEffect: { stream: true, requestMetadata: true, serviceTier: true, performanceConfig: true },
  asksForJson: (request) => isJsonFormat(fieldAt(request, 'outputConfig', 'textFormat')),
  lastQuestion: (request) => lastMessageOf(request, { parts: 'content' }),
});
