import { field, fieldAt, listOf, objectField, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import type { RequestDialect } from '../dialect.ts';
import { providerAt } from '../hosts.ts';
import { messageDialectOf } from '../message-request.ts';
import { formByStream, formIfStated, hasAnyField, isJsonFormat, requestDialect } from '../request-dialect.ts';

/** Requests of the Messages API, as Bedrock and Vertex take them too, and of its Batches. @see https://docs.anthropic.com/en/api/messages */
export const messagesRequest: RequestDialect = requestDialect({
  is: (value) => isMessages(value) || isMessages(firstOfBatch(value)),
  model: (request) => textField(messagesOf(request), 'model'),
  provider: (request) => PROVIDERS[versionOf(messagesOf(request))] ?? providerAt(textField(request, 'url')),
  // Bedrock is asked for a stream by the operation that is called.
  form: (request) => (versionOf(request) === 'bedrock' ? formIfStated(request) : formByStream(request)),
  withoutEffect: { stream: true, metadata: true, service_tier: true },
  keepsServerState: (request) => firstOfBatch(request) !== undefined || hasAnyField(request, ['container', 'thread']),
  asksForJson: (request) =>
    isJsonFormat(fieldAt(request, 'output_config', 'format')) || isJsonFormat(field(request, 'output_format')),
  person: (request) => [fieldAt(request, 'metadata', 'user_id') ?? null],
  prompt: (request) => readPrompt(messagesOf(request)),
});

/** By the first word of `anthropic_version`, which the bodies for clouds have. */
const PROVIDERS: Readonly<Record<string, string | undefined>> = { bedrock: 'aws.bedrock', vertex: 'gcp.vertex_ai' };

function versionOf(request: object): string {
  return textField(request, 'anthropic_version')?.split('-')[0] ?? '';
}

function isMessages(value: unknown): boolean {
  return messageDialectOf(value) === 'anthropic';
}

function messagesOf(request: object): object {
  return firstOfBatch(request) ?? request;
}

/** The first of the requests that a batch is created with. */
function firstOfBatch(value: unknown): object | undefined {
  return objectField(listOf(field(value, 'requests'))[0], 'params');
}
