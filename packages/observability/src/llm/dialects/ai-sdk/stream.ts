import { field, objectField, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { type ChoiceDraft, draftReader, say } from '../answer-draft.ts';
import type { StreamReader } from '../dialect.ts';
import { endWith, failureOfPart, readItem } from './content.ts';
import { callUsage, countedUsage, modelOfCall, StepUsages } from './usage.ts';

/** Parts that no other stream has. */
const PARTS =
  /^(?:stream-start|start-step|finish-step|response-metadata|(?:text|reasoning|tool-input)-(?:start|delta|end)|tool-(?:call|result|error|approval-request))$/;

/** Parts that only announce what follows. */
const ANNOUNCEMENTS = /^(?:stream-start|start-step|response-metadata|(?:text|reasoning)-start)$/;

/** Parts of every stream that bring an answer forward; others may have parts of the same type. */
const SHARED_PROGRESS: ReadonlySet<unknown> = new Set(['finish', 'file', 'source', 'object', 'error', 'abort']);

export function isPart(chunk: unknown): boolean {
  const part = partOf(chunk);
  const type = textField(part, 'type') ?? '';
  return PARTS.test(type) || (type === 'finish' && field(part, 'finishReason') !== undefined);
}

export function isProgress(chunk: unknown): boolean {
  const type = textField(partOf(chunk), 'type') ?? '';
  return PARTS.test(type) ? !ANNOUNCEMENTS.test(type) : SHARED_PROGRESS.has(type);
}

/** The stream beneath the others of a result of `streamText` holds each part in an object. */
function partOf(chunk: unknown): unknown {
  const part = objectField(chunk, 'part');
  return part !== undefined && field(chunk, 'type') === undefined ? part : chunk;
}

/** Reads the parts of a call of a model, or of all steps of `streamText`, whose last step is the answer. */
export const aiSdkReader: () => StreamReader = draftReader('ai_sdk', (draft) => {
  const steps = new StepUsages();
  let usage: Usage | undefined;
  /** Whether a step began and did not finish, so its tokens are not stated. */
  let isStepOpen = false;
  /** The calls of tools of the current step, among which are those that the provider runs and bills. */
  let toolCalls: unknown[] = [];
  const readResponse = (response: unknown): void => {
    draft.model = textField(response, 'modelId') ?? draft.model;
    draft.id = textField(response, 'id') ?? draft.id;
  };
  /** One call of a model, as a result of it would state it. */
  const callOf = (part: unknown): object => ({
    usage: field(part, 'usage'),
    providerMetadata: field(part, 'providerMetadata'),
    response: { modelId: modelOfCall(part) ?? draft.model },
    content: toolCalls,
  });
  const add = (part: unknown, choice: ChoiceDraft): void => {
    switch (field(part, 'type')) {
      case 'text-delta':
        say(choice, field(part, 'delta') ?? field(part, 'text') ?? field(part, 'textDelta'));
        break;
      case 'response-metadata':
        readResponse(part);
        break;
      case 'start-step':
        Object.assign(choice, { text: '', hasContent: false, hasToolCalls: false });
        toolCalls = [];
        isStepOpen = true;
        break;
      case 'finish-step':
        readResponse(field(part, 'response'));
        steps.add(callOf(part));
        isStepOpen = false;
        break;
      case 'finish': {
        readResponse(field(part, 'response'));
        endWith(draft, choice, field(part, 'finishReason'));
        const total = field(part, 'totalUsage');
        usage = total === undefined ? callUsage(callOf(part)) : countedUsage(total, draft.model);
        break;
      }
      case 'abort':
        choice.finish = 'unfinished';
        break;
      case 'error':
        draft.failure ??= failureOfPart(field(part, 'error') ?? field(part, 'errorText'));
        break;
      case 'object':
        choice.hasContent = true;
        break;
      case 'tool-call':
        toolCalls.push(part);
        readItem(choice, part);
        break;
      case 'text': // an item of content, never a part
        break;
      default:
        readItem(choice, part);
    }
  };
  return {
    add: (chunk) => add(partOf(chunk), draft.choice(0)),
    end() {
      draft.usage = steps.isEmpty ? usage : isStepOpen ? undefined : steps.usage;
    },
  };
});
