import { field, listOf, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, finish, say } from '../answer-draft.ts';
import type { StatedFailure } from '../answer-reading.ts';
import { codeAmong, failedWith, statusAmong } from '../stated-failure.ts';

/** What the SDK says of an answer whose reason it does not know, and of a stream that ended without a reason. */
const NO_REASON: ReadonlySet<unknown> = new Set(['other', 'unknown', '']);

/** Notes why an answer ended; the reason is a word, or the SDK's word beside the provider's own. */
export function endWith(draft: AnswerDraft, choice: ChoiceDraft, reason: unknown): void {
  const word = typeof reason === 'string' ? reason : textField(reason, 'unified');
  if (word === undefined || NO_REASON.has(word)) return;
  finish(choice, word.replaceAll('-', '_'));
  if (choice.finish === 'failed') draft.failure ??= failedWith(reason, { code: 'error' });
}

/** The failure in an error part, which holds an error or a plain object, with the provider's body in `data`. */
export function failureOfPart(error: unknown): StatedFailure {
  const told = field(field(error, 'data'), 'error');
  return failedWith(error, {
    code: codeAmong(field(told, 'type'), field(told, 'code'), field(error, 'type'), field(error, 'code')),
    message: typeof error === 'string' ? error : (textField(error, 'message') ?? textField(told, 'message')),
    status: statusAmong(field(error, 'statusCode'), field(error, 'status'), field(told, 'code')),
  });
}

/** Reads one item of content, which is a part of a stream too. */
export function readItem(choice: ChoiceDraft, item: unknown): void {
  switch (field(item, 'type')) {
    case 'text':
      say(choice, field(item, 'text'));
      break;
    case 'file':
      choice.hasContent = true;
      break;
    case 'tool-call':
      choice.hasToolCalls ||= field(item, 'providerExecuted') !== true;
      break;
    case 'tool-result':
      choice.hasContent ||= field(item, 'providerExecuted') === true;
      break;
    case 'tool-approval-request':
      choice.hasToolCalls = true;
  }
}

/** Tools that providers bill by the call, by the names that the SDK and its users give them. */
const BILLED_TOOLS: ReadonlyMap<unknown, string> = new Map([
  ...['web_search', 'webSearch', 'web_search_preview'].map((name) => [name, 'web_search'] as const),
  ...['file_search', 'fileSearch'].map((name) => [name, 'file_search'] as const),
]);

/** How often the provider ran tools that it bills by the call; undefined if it ran none. */
export function providerCalls(content: unknown): Readonly<Record<string, number>> | undefined {
  const tools = listOf(content)
    .filter((item) => field(item, 'type') === 'tool-call' && field(item, 'providerExecuted') === true)
    .map((item) => BILLED_TOOLS.get(field(item, 'toolName')))
    .filter((tool) => tool !== undefined);
  if (tools.length === 0) return undefined;
  return Object.fromEntries(tools.map((tool) => [tool, tools.filter((other) => other === tool).length]));
}
