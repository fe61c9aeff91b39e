import { field, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { AnswerDraft, say } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { StreamReader } from '../dialect.ts';
import { readItem } from './content.ts';
import { endWith, failureOfPart } from './finish.ts';
import { callUsage, countedUsage, modelOfCall, StepUsages } from './usage.ts';

/** Parts that no other stream has, and whether they bring the answer forward. */
const PARTS: Readonly<Record<string, boolean>> = {
  'stream-start': false,
  'start-step': false,
  'response-metadata': false,
  'text-start': false,
  'text-delta': true,
  'text-end': true,
  'reasoning-start': false,
  'reasoning-delta': true,
  'reasoning-end': true,
  'tool-input-start': true,
  'tool-input-delta': true,
  'tool-input-end': true,
  'tool-call': true,
  'tool-result': true,
  'tool-error': true,
  'tool-approval-request': true,
  'finish-step': true,
};

/** Parts of every stream that bring an answer forward; others may have parts of the same type. */
const SHARED_PROGRESS: ReadonlySet<unknown> = new Set(['finish', 'file', 'source', 'object', 'error', 'abort']);

export function isPart(chunk: unknown): boolean {
  const part = partOf(chunk);
  const type = field(part, 'type');
  if (typeof type !== 'string') return false;
  return Object.hasOwn(PARTS, type) || (type === 'finish' && field(part, 'finishReason') !== undefined);
}

export function isProgress(chunk: unknown): boolean {
  const type = field(partOf(chunk), 'type');
  if (typeof type === 'string' && Object.hasOwn(PARTS, type)) return PARTS[type] === true;
  return SHARED_PROGRESS.has(type);
}

/** The stream beneath the others of a result of `streamText` holds each part in an object. */
function partOf(chunk: unknown): unknown {
  const part = field(chunk, 'part');
  return typeof part === 'object' && part !== null && field(chunk, 'type') === undefined ? part : chunk;
}

/** Reads the parts of a call of a model, or of all steps of `streamText`, whose last step is the answer. */
export class AiSdkReader implements StreamReader {
  readonly #draft = new AnswerDraft('ai_sdk');
  readonly #steps = new StepUsages();
  #usage: Usage | undefined;
  /** Whether a step began and did not finish, so its tokens are not stated. */
  #isStepOpen = false;
  /** The calls of tools of the current step, among which are those that the provider runs and bills. */
  #toolCalls: unknown[] = [];

  add(chunk: unknown): void {
    const part = partOf(chunk);
    const choice = this.#draft.choice(0);
    switch (field(part, 'type')) {
      case 'text-delta':
        say(choice, field(part, 'delta') ?? field(part, 'text') ?? field(part, 'textDelta'));
        break;
      case 'response-metadata':
        this.#readResponse(part);
        break;
      case 'start-step':
        Object.assign(choice, { text: '', hasContent: false, hasToolCalls: false });
        this.#toolCalls = [];
        this.#isStepOpen = true;
        break;
      case 'finish-step':
        this.#readResponse(field(part, 'response'));
        this.#steps.add(this.#callOf(part));
        this.#isStepOpen = false;
        break;
      case 'finish':
        this.#readFinish(part);
        break;
      case 'abort':
        choice.finish = 'unfinished';
        break;
      case 'error':
        this.#draft.failure ??= failureOfPart(field(part, 'error') ?? field(part, 'errorText'));
        break;
      case 'object':
        choice.hasContent = true;
        break;
      case 'tool-call':
        this.#toolCalls.push(part);
        readItem(choice, part);
        break;
      case 'text': // an item of content, never a part
        break;
      default:
        readItem(choice, part);
    }
  }

  reading(): AnswerReading {
    const ofSteps = this.#isStepOpen ? undefined : this.#steps.usage;
    this.#draft.usage = this.#steps.isEmpty ? this.#usage : ofSteps;
    return this.#draft.close();
  }

  #readResponse(response: unknown): void {
    this.#draft.model = textField(response, 'modelId') ?? this.#draft.model;
    this.#draft.id = textField(response, 'id') ?? this.#draft.id;
  }

  #readFinish(part: unknown): void {
    this.#readResponse(field(part, 'response'));
    endWith(this.#draft, this.#draft.choice(0), field(part, 'finishReason'));
    const total = field(part, 'totalUsage');
    this.#usage = total === undefined ? callUsage(this.#callOf(part)) : countedUsage(total, this.#draft.model);
  }

  /** One call of a model, as a result of it would state it. */
  #callOf(part: unknown): object {
    return {
      usage: field(part, 'usage'),
      providerMetadata: field(part, 'providerMetadata'),
      response: { modelId: modelOfCall(part) ?? this.#draft.model },
      content: this.#toolCalls,
    };
  }
}
