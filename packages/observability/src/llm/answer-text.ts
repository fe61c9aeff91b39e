import { field, listOf, soberly } from './fields.ts';

/**
 * The text of a model's answer: of the first choice of a chat or text completion, of a response of the Responses API, of an Anthropic
 * message or a Gemini response; whole, or as the array of all chunks of one stream. A text is its own text.
 *
 * Reasoning and tool calls are not part of it.
 *
 * @returns undefined for anything without a text; never throws
 * @example
 * ```ts
 * answerText(await openai.chat.completions.create(request)); // 'Paris.'
 * ```
 */
export function answerText(output: unknown): string | undefined {
  if (typeof output === 'string') return output;
  return soberly(() => (Array.isArray(output) ? textOfChunks(output) : textOfWhole(output)));
}

function textOfWhole(output: unknown): string | undefined {
  const [choice] = listOf(field(output, 'choices'));
  if (choice !== undefined) return joined([field(choice, 'text'), ...contentOf(field(choice, 'message'))]);
  if (field(output, 'object') === 'response') {
    return joined(listOf(field(output, 'output')).flatMap(contentOf));
  }
  if (Array.isArray(field(output, 'content'))) return joined(contentOf(output));
  const [candidate] = listOf(field(output, 'candidates'));
  return candidate === undefined ? undefined : joined(partsOf(candidate));
}

function textOfChunks(chunks: readonly unknown[]): string | undefined {
  const final = chunks.findLast((chunk) => field(field(chunk, 'response'), 'object') === 'response');
  if (final !== undefined) return textOfWhole(field(final, 'response'));
  return joined(chunks.flatMap(piecesOf));
}

/** The pieces of text in one chunk. */
function piecesOf(chunk: unknown): readonly unknown[] {
  const choice = listOf(field(chunk, 'choices')).find((part) => (field(part, 'index') ?? 0) === 0);
  if (choice !== undefined) return [field(choice, 'text'), ...contentOf(field(choice, 'delta'))];
  const [candidate] = listOf(field(chunk, 'candidates'));
  if (candidate !== undefined) return partsOf(candidate);
  const block = field(chunk, 'delta') ?? field(chunk, 'content_block');
  return [field(block, 'text')];
}

/** The content of a message is a text, or a list of parts of which some are texts. */
function contentOf(message: unknown): readonly unknown[] {
  const content = field(message, 'content');
  return typeof content === 'string' ? [content] : listOf(content).map((part) => field(part, 'text'));
}

/** Gemini marks its thoughts among the parts. */
function partsOf(candidate: unknown): readonly unknown[] {
  const parts = listOf(field(field(candidate, 'content'), 'parts'));
  return parts.filter((part) => field(part, 'thought') !== true).map((part) => field(part, 'text'));
}

function joined(pieces: readonly unknown[]): string | undefined {
  const texts = pieces.filter((piece): piece is string => typeof piece === 'string');
  return texts.length === 0 ? undefined : texts.join('');
}
