import { field, fieldAt } from '../../fields.ts';
import { draftReader } from '../answer-draft.ts';
import { exceptionIn } from '../aws-exception.ts';
import type { StreamReader } from '../dialect.ts';
import { risen } from '../rising-counts.ts';
import { statedFailure } from '../stated-failure.ts';
import { readBlock, readStop, readTrace } from './answer.ts';
import { converseUsage } from './usage.ts';

export const CONVERSE_EVENTS = [
  'contentBlockDelta',
  'contentBlockStart',
  'contentBlockStop',
  'messageStart',
  'messageStop',
] as const;

export function isConverseEvent(event: unknown): boolean {
  return (
    CONVERSE_EVENTS.some((name) => typeof field(event, name) === 'object') ||
    typeof fieldAt(event, 'metadata', 'usage', 'inputTokens') === 'number'
  );
}

/** The start of a message is sent before the model says anything, and its metadata when it has said everything. */
export function isConverseProgress(event: unknown): boolean {
  return field(event, 'messageStart') === undefined && field(event, 'metadata') === undefined;
}

/** Reads the events of one message. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export const converseReader: () => StreamReader = draftReader('bedrock_converse', (draft) => {
  let metadata: unknown;
  let usage: unknown;
  let starts = 0;
  return {
    add(event) {
      const choice = draft.choice(0);
      const delta = field(event, 'contentBlockDelta');
      readBlock(choice, delta === undefined ? fieldAt(event, 'contentBlockStart', 'start') : field(delta, 'delta'));
      if (delta !== undefined) return;
      readStop(choice, field(event, 'messageStop'));
      if (field(event, 'messageStart') !== undefined) starts += 1;
      metadata = field(event, 'metadata') ?? metadata;
      usage = risen(usage, fieldAt(event, 'metadata', 'usage'));
      readTrace(draft, field(event, 'metadata'));
      draft.failure ??= exceptionIn(event) ?? statedFailure(event);
    },
    end() {
      draft.choice(0);
      // A second message in mid-stream was asked of another model: what the first one cost is not known.
      draft.usage = starts > 1 ? undefined : converseUsage(usage, metadata);
    },
  };
});
