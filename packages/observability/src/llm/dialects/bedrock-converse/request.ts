import { countField, field, fieldAt, listOf, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { CARRIAGE } from '../carriage.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { messageDialectOf } from '../message-request.ts';
import { isJsonFormat, requestDialect } from '../request-dialect.ts';

/** Requests of Converse, and bodies for models of Amazon that are asked alike. */
export const converseRequest: RequestDialect = requestDialect({
  is: (value) => messageDialectOf(value) === 'bedrock_converse',
  model: (request) => textField(request, 'modelId'),
  provider: () => 'aws.bedrock',
  form: () => 'unknown', // the operation that is called decides
  withoutEffect: { ...CARRIAGE, requestMetadata: true, serviceTier: true, performanceConfig: true },
  asksForJson: (request) => isJsonFormat(fieldAt(request, 'outputConfig', 'textFormat')),
  prompt(request) {
    const config = field(request, 'inferenceConfig');
    return readPrompt({
      system: field(request, 'system'),
      messages: listOf(field(request, 'messages')).map(withTypes),
      tools: fieldAt(request, 'toolConfig', 'tools'),
      max_tokens: countField(config, 'maxTokens') ?? countField(config, 'max_new_tokens'),
    });
  },
  lastQuestion: (request) => lastMessageOf(request, { parts: 'content' }),
});

const MEDIA = ['image', 'video', 'audio', 'document'] as const;

/** A message as other APIs have it: with a type in each block that says what it is. */
function withTypes(message: unknown): unknown {
  const content = listOf(field(message, 'content')).map((block) => {
    const medium = MEDIA.find((name) => field(block, name) !== undefined);
    if (medium !== undefined) return { type: medium };
    const result = field(block, 'toolResult');
    return result === undefined ? block : { type: 'tool_result', content: field(result, 'content') };
  });
  return { role: field(message, 'role'), content };
}
