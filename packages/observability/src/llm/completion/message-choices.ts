import { field, listOf } from '../fields.ts';
import { type Choice, type Findings, isPresent, reasonIn, say } from './choice.ts';

const EVENTS: ReadonlySet<unknown> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'message_delta',
]);

/**
 * Reads a message of Anthropic, the whole of it or an event of its stream.
 *
 * @returns whether it is one
 * @see https://docs.anthropic.com/en/api/messages
 */
export function readMessage(part: unknown, findings: Findings): boolean {
  const isWhole = field(part, 'type') === 'message' && field(part, 'stop_reason') !== undefined;
  if (!isWhole && !EVENTS.has(field(part, 'type'))) return false;
  const choice = isWhole ? findings.wholeChoice(0) : findings.choice(0);
  for (const told of [part, field(part, 'message'), field(part, 'delta')]) {
    choice.finishReason = reasonIn(told, 'stop_reason') ?? choice.finishReason;
    findings.hasServerState ||= isPresent(field(told, 'container'));
  }
  for (const block of [field(part, 'content_block'), field(part, 'delta'), ...listOf(field(part, 'content'))]) {
    readBlock(block, choice);
  }
  choice.hasRefused = choice.finishReason === 'refusal';
  choice.hasContent ||= choice.hasRefused;
  return true;
}

function readBlock(block: unknown, choice: Choice): void {
  const type = String(field(block, 'type'));
  say(choice, field(block, 'text'));
  choice.hasContent ||= type.endsWith('_tool_result') || type === 'container_upload' || type === 'compaction';
  choice.hasToolCalls ||= type.endsWith('tool_use') && type !== 'server_tool_use'; // which the provider runs itself
}
