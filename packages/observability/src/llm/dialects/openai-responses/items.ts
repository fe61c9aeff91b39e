import { field, listOf } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, say } from '../answer-draft.ts';

/** Calls whose results are part of the answer, because the provider runs them and they change nothing. */
const RUN_BY_THE_PROVIDER: ReadonlySet<unknown> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'tool_search_call',
]);

/** Annotations of files that the provider keeps for a while. */
const FILES: ReadonlySet<unknown> = new Set(['container_file_citation', 'file_path']);

/** Reads an item of a response's output. */
export function readItem(item: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  const type = field(item, 'type');
  const isCall = typeof type === 'string' && /_call$|_approval_request$/.test(type);
  choice.hasToolCalls ||= isCall && !RUN_BY_THE_PROVIDER.has(type);
  choice.hasContent ||= isText(field(item, 'result')); // a made image
  if (type === 'message') for (const part of listOf(field(item, 'content'))) readPart(part, choice, draft);
}

function readPart(part: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  say(choice, field(part, 'text'));
  choice.hasContent ||= isText(field(part, 'transcript')) || isText(field(part, 'audio')); // Realtime API
  if (isText(field(part, 'refusal'))) {
    choice.hasContent = true;
    choice.hasRefusal = true;
  }
  const annotations = listOf(field(part, 'annotations'));
  draft.keepsServerState ||= annotations.some((annotation) => FILES.has(field(annotation, 'type')));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
