import { field, listOf, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { CARRIAGE } from '../carriage.ts';
import type { AnswerForm, RequestDialect } from '../dialect.ts';
import { messageDialectOf } from '../message-request.ts';
import { requestDialect } from '../request-dialect.ts';

/** Requests of the Messages API, as Bedrock and Vertex take them too, and of its Batches. @see https://docs.anthropic.com/en/api/messages */
export const messagesRequest: RequestDialect = requestDialect({
  is: (value) => isMessages(value) || isMessages(firstOfBatch(value)),
  model: (request) => textField(messagesOf(request), 'model'),
  provider: (request) => PROVIDERS[textField(messagesOf(request), 'anthropic_version')?.split('-')[0] ?? ''],
  form,
  withoutEffect: {
    ...CARRIAGE,
    stream: true,
    metadata: true,
    service_tier: true,
  },
  keepsServerState: (request) => isBatch(request) || KEPT.some((name) => (field(request, name) ?? null) !== null),
  asksForJson: (request) =>
    [field(field(request, 'output_config'), 'format'), field(request, 'output_format')].some(
      (format) => field(format, 'type') === 'json_schema',
    ),
  person: (request) => [field(field(request, 'metadata'), 'user_id') ?? null],
  prompt: (request) => readPrompt(messagesOf(request)),
});

/** By the first word of `anthropic_version`, which the bodies for clouds have. */
const PROVIDERS: Readonly<Record<string, string | undefined>> = { bedrock: 'aws.bedrock', vertex: 'gcp.vertex_ai' };

/** What a request goes on with at the provider. */
const KEPT = ['container', 'thread'] as const;

function isMessages(value: unknown): boolean {
  return messageDialectOf(value) === 'anthropic';
}

/** Bedrock is asked for a stream by the operation that is called. */
function form(request: object): AnswerForm {
  const stream = field(request, 'stream');
  if (stream === undefined && textField(request, 'anthropic_version')?.startsWith('bedrock') === true) return 'unknown';
  return stream === true ? 'stream' : 'whole';
}

function isBatch(request: object): boolean {
  return firstOfBatch(request) !== undefined;
}

function messagesOf(request: object): object {
  return firstOfBatch(request) ?? request;
}

/** The first of the requests that a batch is created with. */
function firstOfBatch(value: unknown): object | undefined {
  const params = field(listOf(field(value, 'requests'))[0], 'params');
  return typeof params === 'object' && params !== null ? params : undefined;
}
