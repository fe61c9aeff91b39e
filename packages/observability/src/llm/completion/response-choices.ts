import { field, listOf, textField } from '../fields.ts';
import { type Choice, type Findings, hasText, isPresent, refuse, say } from './choice.ts';

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

/**
 * Reads a response of the Responses API, the whole of it or an event of its stream; the last response that is told counts.
 *
 * @returns whether it is one
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
export function readResponse(part: unknown, findings: Findings): boolean {
  if (textField(part, 'type')?.startsWith('response.') === true) {
    const choice = findings.choice(0); // a stream that tells no more than this has not ended
    const response = field(part, 'response');
    if (field(response, 'object') === 'response') readWhole(response, choice, findings);
    return true;
  }
  if (field(part, 'object') !== 'response') return false;
  readWhole(part, findings.wholeChoice(0), findings);
  return true;
}

function readWhole(response: unknown, choice: Choice, findings: Findings): void {
  const status = field(response, 'status');
  const reason = field(field(response, 'incomplete_details'), 'reason');
  Object.assign(choice, {
    finishReason: status === 'completed' ? 'stop' : hasText(reason) ? reason : undefined,
    hasContent: hasText(field(response, 'output_text')),
    hasToolCalls: false,
    hasRefused: false,
    text: '',
  });
  for (const item of listOf(field(response, 'output'))) readItem(item, choice, findings);
  findings.hasError ||= status === 'failed' || status === 'cancelled';
  findings.hasServerState ||= field(response, 'background') === true || isPresent(field(response, 'conversation'));
}

function readItem(item: unknown, choice: Choice, findings: Findings): void {
  const type = field(item, 'type');
  const isCall = /_call$|_approval_request$/.test(String(type));
  choice.hasToolCalls ||= isCall && !RUN_BY_THE_PROVIDER.has(type);
  choice.hasContent ||= hasText(field(item, 'result')); // a made image
  for (const part of listOf(field(item, 'content'))) {
    if (type !== 'message') continue; // the content of reasoning is no answer
    say(choice, field(part, 'text'));
    refuse(choice, field(part, 'refusal'));
    const annotations = listOf(field(part, 'annotations'));
    findings.hasServerState ||= annotations.some((annotation) => FILES.has(field(annotation, 'type')));
  }
}
