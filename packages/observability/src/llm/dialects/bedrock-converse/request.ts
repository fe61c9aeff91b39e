import { countField, field, listOf, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { CARRIAGE } from '../carriage.ts';
import type { RequestDialect } from '../dialect.ts';
import { messageDialectOf } from '../message-request.ts';
import { requestDialect } from '../request-dialect.ts';

/** Requests of Converse, and bodies for models of Amazon that are asked alike. */
export const converseRequest: RequestDialect = requestDialect({
  is: (value) => messageDialectOf(value) === 'bedrock_converse',
  model: (request) => textField(request, 'modelId'),
  provider: () => 'aws.bedrock',
  form: () => 'unknown', // the operation that is called decides
  withoutEffect: { ...CARRIAGE, requestMetadata: true, serviceTier: true, performanceConfig: true },
  asksForJson: (request) => field(field(field(request, 'outputConfig'), 'textFormat'), 'type') === 'json_schema',
  prompt: (request) =>
    readPrompt({
      system: field(request, 'system'),
      messages: listOf(field(request, 'messages')).map(withTypes),
      tools: field(field(request, 'toolConfig'), 'tools'),
      max_tokens: maxTokensOf(field(request, 'inferenceConfig')),
    }),
  lastQuestion,
});

function maxTokensOf(config: unknown): number | undefined {
  return countField(config, 'maxTokens') ?? countField(config, 'max_new_tokens');
}

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

function lastQuestion(request: object): ReturnType<RequestDialect['lastQuestion']> {
  const messages = listOf(field(request, 'messages'));
  const last = messages.at(-1);
  const blocks = listOf(field(last, 'content'));
  const [block] = blocks;
  const text = field(block, 'text');
  const isText = typeof text === 'string' && blocks.length === 1 && Object.keys(block as object).length === 1;
  if (!isText || field(last, 'role') !== 'user') return undefined;
  return {
    text,
    rest: (other) => ({
      ...request,
      messages: [...messages.slice(0, -1), { ...(last as object), content: [{ text: other }] }],
    }),
  };
}
