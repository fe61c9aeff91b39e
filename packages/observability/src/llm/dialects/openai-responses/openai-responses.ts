import { field, hasItems, isGiven, isObject, listOf, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, draftOf, type ReadAnswer, refuse, say } from '../answer-draft.ts';
import { conversionsOf } from '../conversions.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { serviceTierIn, usageIn } from '../openai-usage/usage.ts';
import { failedWith, statedFailure } from '../stated-failure.ts';
import { assembleResponse, eventsOfResponse, isFinalEvent } from './assembly.ts';
import { responsesHttp } from './http.ts';
import { responsesRequest } from './request.ts';
import { toolUseOf } from './tools.ts';

/** Whether a value is a whole response, of the Responses API or of the Realtime API. */
function isResponse(value: unknown): boolean {
  const object = field(value, 'object');
  return object === 'response' || object === 'realtime.response';
}

const readResponse: ReadAnswer = draftOf('openai_responses', (draft, value) => {
  readInto(draft, value, listOf(field(value, 'output')));
});

/**
 * Reads a response that is over.
 *
 * @param output - its items, which some gateways leave out of the last event of a stream
 */
function readInto(draft: AnswerDraft, response: unknown, output: readonly unknown[]): void {
  draft.model = textField(response, 'model') ?? draft.model;
  draft.id = textField(response, 'id') ?? draft.id;
  const choice = draft.choice(0);
  for (const item of output) readItem(item, choice, draft);
  if (output.length === 0) say(choice, field(response, 'output_text'));
  draft.keepsServerState ||= field(response, 'background') === true || isGiven(field(response, 'conversation'));
  readEnd(response, choice, draft);
  const serviceTier = serviceTierIn(response);
  draft.usage = usageIn(field(response, 'usage'), { model: draft.model, serviceTier, ...toolUseOf(response, output) });
}

function readEnd(response: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  const details = field(response, 'incomplete_details') ?? field(response, 'status_details');
  const reason = textField(details, 'reason')?.toLowerCase();
  const status = field(response, 'status');
  switch (status) {
    case 'completed':
      choice.finish = choice.hasToolCalls ? 'tools' : 'complete';
      choice.finishReason = 'stop';
      break;
    case 'incomplete':
      choice.finish = reason === undefined ? 'unfinished' : reason === 'content_filter' ? 'filtered' : 'cut';
      choice.finishReason = reason;
      break;
    case 'failed':
    case 'cancelled':
      choice.finish = 'failed';
      choice.finishReason = reason;
      draft.failure ??= statedFailure(response) ?? statedFailure(details) ?? failedWith(response, { code: status });
      break;
    default:
      choice.finish = 'unfinished';
  }
  draft.failure ??= statedFailure(response);
}

/** Events that come before the model begins. */
const BEFORE = /^response\.(?:created|queued|in_progress)$/;

function isResponseEvent(value: unknown): boolean {
  return textField(value, 'type')?.startsWith('response.') === true;
}

/** Whether an event brings the answer forward. */
function isProgress(event: unknown): boolean {
  return isResponseEvent(event) && !BEFORE.test(textField(event, 'type') ?? '');
}

/** Reads the events of a stream; once the response has ended, the response itself. */
function responseReader(): StreamReader {
  const items: unknown[] = [];
  let model: string | undefined;
  let id: string | undefined;
  let text = '';
  let hasRefusal = false;
  let final: unknown;
  let isOneAnswer = true;
  let failure: AnswerDraft['failure'];
  return {
    add(event) {
      const type = textField(event, 'type') ?? '';
      const response = field(event, 'response');
      if (type === 'response.output_text.delta') text += textField(event, 'delta') ?? '';
      else if (type === 'response.output_item.done') items.push(field(event, 'item'));
      else if (type === 'response.refusal.delta' || type === 'response.refusal.done') hasRefusal = true;
      else if (isFinalEvent(event)) {
        isOneAnswer &&= final === undefined || field(final, 'id') === field(response, 'id');
        final = response;
      } else if (BEFORE.test(type)) {
        model ??= textField(response, 'model');
        id ??= textField(response, 'id');
      } else if (!isResponseEvent(event) || type === 'response.error') failure ??= statedFailure(event);
    },
    reading() {
      const draft = new AnswerDraft('openai_responses');
      Object.assign(draft, { model, id, failure });
      if (isObject(final)) {
        readInto(draft, final, hasItems(final, 'output') ? listOf(field(final, 'output')) : items);
        if (!isOneAnswer) draft.usage = undefined;
        return draft.close();
      }
      const choice = draft.choice(0); // a stream that says no more than this has not ended
      for (const item of items) readItem(item, choice, draft);
      choice.text = '';
      say(choice, text);
      if (hasRefusal) refuse(choice);
      return draft.close();
    },
  };
}

/** Calls whose results are part of the answer, because the provider runs them and they change nothing. */
const RUN_BY_THE_PROVIDER = /^(?:web_search|file_search|code_interpreter|image_generation|tool_search)_call$/;

/** Annotations of files that the provider keeps for a while. */
const FILES: ReadonlySet<unknown> = new Set(['container_file_citation', 'file_path']);

/** Reads an item of a response's output. */
function readItem(item: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  const type = textField(item, 'type') ?? '';
  choice.hasToolCalls ||= /_call$|_approval_request$/.test(type) && !RUN_BY_THE_PROVIDER.test(type);
  choice.hasContent ||= textField(item, 'result') !== undefined; // a made image
  if (type === 'message') for (const part of listOf(field(item, 'content'))) readPart(part, choice, draft);
}

function readPart(part: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  say(choice, field(part, 'text'));
  choice.hasContent ||= (textField(part, 'transcript') ?? textField(part, 'audio')) !== undefined; // Realtime API
  if (textField(part, 'refusal') !== undefined) refuse(choice);
  const annotations = listOf(field(part, 'annotations'));
  draft.keepsServerState ||= annotations.some((annotation) => FILES.has(field(annotation, 'type')));
}

const { chunks, assemble } = conversionsOf({ take: eventsOfResponse, assemble: assembleResponse });

/** Items count for what the tools of the provider cost. */
const MARKS = /"(?:response|item|error|object)":\s*\{|"error"|refusal/;

/**
 * The Responses API of OpenAI, and what its Realtime API says of a response.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export const OPENAI_RESPONSES: Dialect = {
  name: 'openai_responses',
  request: responsesRequest,
  answer: { is: isResponse, members: ['object'], read: readResponse, chunks },
  stream: { isChunk: isResponseEvent, members: ['type'], reader: responseReader, assemble, isProgress },
  http: responsesHttp,
  bytes: { streamFraming: 'server_sent_events', marks: MARKS },
};
