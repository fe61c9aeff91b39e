import { field, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { type AnswerDraft, type ChoiceDraft, finish, say } from '../answer-draft.ts';
import { failedWith } from '../stated-failure.ts';
import { metadataUsage } from './usage.ts';

/** Events of a chat model that only its streams have. */
const OWN: ReadonlySet<unknown> = new Set([
  ...['message-start', 'message-finish', 'content-block-start', 'content-block-delta', 'content-block-finish'],
]);

/** What `streamEvents()` of a chat model gives. */
export function isModelEvent(value: unknown): boolean {
  return OWN.has(field(value, 'event'));
}

/** Reads the events of one stream. Each usage is that of the answer so far. */
export class ModelEvents {
  readonly #draft: AnswerDraft;
  usage: Usage | undefined;
  hasBegun = false;

  constructor(draft: AnswerDraft) {
    this.#draft = draft;
  }

  /** @returns false for a value that is no such event */
  add(event: unknown): boolean {
    const draft = this.#draft;
    const choice = draft.choice(0);
    switch (field(event, 'event')) {
      case 'message-start':
        draft.id ??= textField(event, 'id');
        break;
      case 'content-block-start':
        readBlock(choice, field(event, 'content'));
        break;
      case 'content-block-delta':
        readDelta(choice, field(event, 'delta'));
        break;
      case 'content-block-finish':
        choice.hasToolCalls ||= isToolCall(field(event, 'content'));
        break;
      case 'message-finish':
        draft.model ??= textField(field(event, 'responseMetadata'), 'model_name');
        finish(choice, field(event, 'reason'));
        break;
      case 'error':
        draft.failure ??= failedWith(event, { code: textField(event, 'code') });
        break;
      case 'usage':
      case 'provider':
        break;
      default:
        return false;
    }
    this.hasBegun = true;
    this.usage = metadataUsage(field(event, 'usage'), draft.model) ?? this.usage;
    return true;
  }
}

function readBlock(choice: ChoiceDraft, block: unknown): void {
  const type = textField(block, 'type') ?? '';
  if (type === 'text') say(choice, field(block, 'text'));
  choice.hasToolCalls ||= isToolCall(block);
  choice.hasContent ||= MEDIA.test(type);
}

function readDelta(choice: ChoiceDraft, delta: unknown): void {
  const type = field(delta, 'type');
  if (type === 'text-delta') say(choice, field(delta, 'text'));
  choice.hasToolCalls ||= type === 'tool-call-delta';
  choice.hasContent ||= type === 'data-delta';
}

/** Blocks that are an answer beside text. */
const MEDIA = /^(image|audio|video|file|server_tool_call_result)/;

function isToolCall(block: unknown): boolean {
  return /^(invalid_)?tool_(call|use)/.test(textField(block, 'type') ?? '');
}
