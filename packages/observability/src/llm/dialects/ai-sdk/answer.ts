import { countField, field, hasItems, listOf, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, draftOf, type ReadAnswer, say } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { failedWith } from '../stated-failure.ts';
import { endWith, readItem } from './content.ts';
import { callUsage, countedUsage, modelOfCall, StepUsages } from './usage.ts';

/** Where a result holds what the model said. */
const RESULTS = ['content', 'text', 'object'] as const;

/** Results of another kind hold it elsewhere, and have a reason too. */
const OTHERS = ['generationId', 'message', 'candidates', 'response_metadata'] as const;

export function isResult(value: unknown): boolean {
  return isGenerated(value) || hasSteps(value) || isEmbedded(value);
}

export const readResult: ReadAnswer = draftOf('ai_sdk', (draft, value) => {
  if (!isEmbedded(value)) readGenerated(draft, value);
  else {
    draft.hasChoices = false;
    draft.usage = countedUsage(field(value, 'usage'), undefined);
  }
});

function isGenerated(value: unknown): boolean {
  const reason = field(value, 'finishReason');
  if (reason === undefined || field(value, 'type') !== undefined) return false;
  return has(value, RESULTS) && !has(value, OTHERS);
}

/** Live results of `generateText` have their steps as data, and everything else by getters. */
function hasSteps(value: unknown): boolean {
  const steps = listOf(field(value, 'steps'));
  return field(value, 'totalUsage') !== undefined && field(steps[0], 'finishReason') !== undefined;
}

function isEmbedded(value: unknown): boolean {
  const isGiven = Array.isArray(field(value, 'embedding')) || Array.isArray(field(value, 'embeddings'));
  return isGiven && countField(field(value, 'usage'), 'tokens') !== undefined;
}

function readGenerated(draft: AnswerDraft, value: unknown): void {
  const steps = listOf(field(value, 'steps'));
  const last = field(steps.at(-1), 'content') === undefined ? value : steps.at(-1);
  const choice = draft.choice(0);
  draft.model = modelOfCall(last) ?? modelOfCall(value);
  draft.id = textField(field(last, 'response'), 'id');
  const content = listOf(field(last, 'content'));
  for (const item of content) readItem(choice, item);
  if (content.length === 0) {
    say(choice, field(last, 'text'));
    choice.hasToolCalls ||= hasItems(last, 'toolCalls');
    choice.hasContent ||= hasItems(last, 'files');
  }
  choice.hasContent ||= field(value, 'object') !== undefined;
  endWith(draft, choice, field(last, 'finishReason') ?? field(value, 'finishReason'));
  draft.usage = usageOfResult(value, steps);
  // The SDK resolves so if the body is an error, or a page, in place of an answer.
  if (isNothing(choice) && draft.usage === undefined)
    draft.failure ??= failedWith(undefined, { code: 'bad_response', message: 'there is no answer' });
}

function isNothing({ finish, text, hasContent, hasToolCalls }: ChoiceDraft): boolean {
  return finish === undefined && text === '' && !hasContent && !hasToolCalls;
}

/** The sum of several steps counts; without their usages, the sum in the result. */
function usageOfResult(value: unknown, steps: readonly unknown[]): AnswerReading['usage'] {
  if (steps.some((step) => field(step, 'usage') !== undefined)) {
    const usages = new StepUsages();
    for (const step of steps) usages.add(step);
    return usages.usage;
  }
  const total = field(value, 'totalUsage');
  return total === undefined ? callUsage(value) : countedUsage(total, modelOfCall(value));
}

function has(value: unknown, names: readonly string[]): boolean {
  return names.some((name) => field(value, name) !== undefined);
}
