import { field, listOf } from '../fields.ts';
import { type Choice, type Findings, hasItems, hasText, reasonIn, say } from './choice.ts';

/** What the parts of a stream are, besides its end. */
const PARTS: ReadonlySet<unknown> = new Set([
  'stream-start',
  'text-start',
  'text-delta',
  'reasoning-delta',
  'tool-call',
]);

/** Where a result says what the model said. */
const RESULTS = ['content', 'text', 'object'];

/**
 * Reads a result of the AI SDK, as a plain record: of a language model (`content`), of `generateText` (`text`, `toolCalls`) or of
 * `generateObject` (`object`), or a part of a stream of a language model.
 *
 * @returns whether it is one
 * @see https://ai-sdk.dev/docs/reference/ai-sdk-core/generate-text
 */
export function readAiSdk(part: unknown, findings: Findings): boolean {
  const type = field(part, 'type');
  const hasReason = field(part, 'finishReason') !== undefined;
  const isResult = type === undefined && hasReason && RESULTS.some((name) => field(part, name) !== undefined);
  if (!isResult && !PARTS.has(type) && !(type === 'finish' && hasReason)) return false;
  const choice = isResult ? findings.wholeChoice(0) : findings.choice(0);
  choice.finishReason = finishReasonOf(field(part, 'finishReason')) ?? choice.finishReason;
  if (type === 'text-delta') say(choice, field(part, 'delta') ?? field(part, 'text'));
  if (type === 'tool-call') readItem(part, choice);
  if (isResult) readResult(part, choice);
  return true;
}

function readResult(result: unknown, choice: Choice): void {
  const content = listOf(field(result, 'content'));
  for (const item of content) readItem(item, choice);
  if (content.length === 0) say(choice, field(result, 'text'));
  choice.hasContent ||= field(result, 'object') !== undefined;
  choice.hasToolCalls ||= hasItems(field(result, 'toolCalls'));
}

function readItem(item: unknown, choice: Choice): void {
  const type = field(item, 'type');
  if (type === 'text') say(choice, field(item, 'text'));
  choice.hasContent ||= type === 'file';
  choice.hasToolCalls ||= type === 'tool-call' && field(item, 'providerExecuted') !== true;
}

/** A word, or from version 3 of the language models on the SDK's word beside the provider's own. */
function finishReasonOf(reason: unknown): string | undefined {
  const word = hasText(reason) ? reason : reasonIn(reason, 'unified');
  return word === 'unknown' || word === 'other' ? undefined : word?.replaceAll('-', '_');
}
