import { field, listOf, textField } from '../../fields.ts';
import { type ChoiceDraft, say } from '../answer-draft.ts';

/** Reads the content of a result or a step. */
export function readContent(choice: ChoiceDraft, content: unknown): void {
  for (const item of listOf(content)) readItem(choice, item);
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
const BILLED_TOOLS: Readonly<Record<string, string>> = {
  web_search: 'web_search',
  webSearch: 'web_search',
  web_search_preview: 'web_search',
  file_search: 'file_search',
  fileSearch: 'file_search',
};

/** How often the provider ran tools that it bills by the call; undefined if it ran none. */
export function providerCalls(content: unknown): Readonly<Record<string, number>> | undefined {
  const counts: Record<string, number> = {};
  for (const item of listOf(content)) {
    if (field(item, 'type') !== 'tool-call' || field(item, 'providerExecuted') !== true) continue;
    const name = textField(item, 'toolName') ?? '';
    const tool = Object.hasOwn(BILLED_TOOLS, name) ? BILLED_TOOLS[name] : undefined;
    if (tool !== undefined) counts[tool] = (counts[tool] ?? 0) + 1;
  }
  return Object.keys(counts).length > 0 ? counts : undefined;
}
