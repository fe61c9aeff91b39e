import { countField, field, listOf, objectField, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { AnswerDraft, type ChoiceDraft, say } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { addedUsage } from '../usage-parts.ts';
import { isModelEvent, ModelEvents } from './events.ts';
import { endWith, messageFields, readMessage, withUnknownEnds } from './message.ts';
import { langChainRequest } from './request.ts';
import { ChunkUsages, messageUsage, metadataUsage, tokenUsage } from './usage.ts';

/** A message, a generation, a result of a model, or a record that keeps LangChain's usage alone. */
function isLangChainAnswer(value: unknown): boolean {
  return messageFields(value) !== undefined || isGeneration(value) || isResult(value) || isUsageRecord(value);
}

function readLangChain(value: unknown): AnswerReading {
  const draft = new AnswerDraft('langchain');
  const message = messageFields(value);
  if (message !== undefined) readWhole(draft, draft.choice(0), message, undefined);
  else if (isGeneration(value)) readGeneration(draft, draft.choice(0), value);
  else if (isResult(value)) readResult(draft, value);
  else readUsageRecord(draft, value);
  return withUnknownEnds(draft.close());
}

/** A generation of a chat model holds the message, beside what is known of how it was made. */
function isGeneration(value: unknown): boolean {
  return messageFields(field(value, 'message')) !== undefined && field(value, 'text') !== undefined;
}

/** `llmOutput` is LangChain's own word; without it the generations must hold messages, because others have generations too. */
function isResult(value: unknown): boolean {
  const generations = field(value, 'generations');
  if (!Array.isArray(generations)) return false;
  const isOwn = field(value, 'llmOutput') !== undefined || field(value, 'llm_output') !== undefined;
  return isOwn || isGeneration(generations.flat()[0]);
}

/** A program's own record with a `usage_metadata`. */
function isUsageRecord(value: unknown): boolean {
  if (field(value, 'object') !== undefined || field(value, 'type') !== undefined) return false;
  const usage = field(value, 'usage');
  const details = [field(usage, 'input_token_details'), field(usage, 'output_token_details')];
  return details.some((part) => OWN_DETAILS.some((name) => field(part, name) !== undefined));
}

const OWN_DETAILS = ['cache_read', 'cache_creation', 'reasoning'] as const;

function readUsageRecord(draft: AnswerDraft, value: unknown): void {
  draft.hasChoices = false;
  draft.model = textField(value, 'model');
  draft.usage = metadataUsage(field(value, 'usage'), draft.model);
}

function readWhole(draft: AnswerDraft, choice: ChoiceDraft, message: object, info: unknown): Usage | undefined {
  readMessage(draft, choice, message);
  endWith(draft, choice, field(message, 'response_metadata'), field(message, 'additional_kwargs'), info);
  draft.usage = messageUsage(message, draft.model);
  return draft.usage;
}

function readGeneration(draft: AnswerDraft, choice: ChoiceDraft, generation: unknown): Usage | undefined {
  const message = messageFields(field(generation, 'message'));
  const info = field(generation, 'generationInfo');
  if (message !== undefined) return readWhole(draft, choice, message, info);
  say(choice, field(generation, 'text'));
  endWith(draft, choice, info);
  return undefined;
}

/** A result has the generations of one prompt, or a list of them for each of several prompts. */
function readResult(draft: AnswerDraft, result: unknown): void {
  const given = listOf(field(result, 'generations'));
  const lists = given.every(Array.isArray) ? (given as unknown[][]) : [given];
  const output = objectField(result, 'llmOutput') ?? objectField(result, 'llm_output'); // as Python writes it
  const usages = lists.map((list, prompt) => {
    const known = list.map((generation, position) => {
      return readGeneration(draft, draft.choice(`${prompt}:${position}`), generation);
    });
    return list.length === 1 ? known[0] : undefined; // one of several generations does not state what the others used
  });
  draft.model ??= textField(output, 'model_name') ?? textField(output, 'model');
  draft.hasChoices = lists.length > 0;
  const told = field(output, 'tokenUsage') ?? field(output, 'token_usage') ?? field(output, 'usage');
  draft.usage = sumOf(usages) ?? tokenUsage(told, draft.model);
}

/** The sum of usages that are all known. */
function sumOf([first, ...others]: readonly (Usage | undefined)[]): Usage | undefined {
  return others.reduce((sum, usage) => sum && usage && addedUsage(sum, usage), first);
}

/** Chunks are messages, generations that hold one, or events. */
function isChunk(value: unknown): boolean {
  return messageFields(value) !== undefined || isGeneration(value) || isModelEvent(value);
}

function langChainReader(): StreamReader {
  const draft = new AnswerDraft('langchain');
  const events = new ModelEvents(draft);
  const usages = new ChunkUsages();
  let provider: string | undefined;
  return {
    add(chunk) {
      if (events.add(chunk)) return;
      const message = messageFields(chunk) ?? messageFields(field(chunk, 'message'));
      const info = field(chunk, 'generationInfo');
      const choice = draft.choice(countField(info, 'completion') ?? 0);
      if (message === undefined) {
        if (info !== undefined) say(choice, field(chunk, 'text'));
        endWith(draft, choice, info);
        return;
      }
      const metadata = field(message, 'response_metadata');
      readMessage(draft, choice, message);
      endWith(draft, choice, metadata, field(message, 'additional_kwargs'), info);
      provider ??= textField(metadata, 'model_provider');
      draft.model ??= textField(info, 'model_name');
      usages.add(message, draft.model, provider);
    },
    reading() {
      draft.usage = events.usage ?? usages.usage(provider);
      const reading = draft.close();
      // A model that names no provider need not say how it ended; one that does, and events, always say it.
      return provider === undefined && !events.hasBegun ? withUnknownEnds(reading) : reading;
    },
  };
}

/**
 * LangChain: messages and chunks of its chat models (live, as plain data and in its stored forms), generations, and results of models.
 *
 * @see https://docs.langchain.com/oss/javascript/langchain/messages
 */
export const LANGCHAIN: Dialect = {
  name: 'langchain',
  request: langChainRequest,
  answer: {
    is: isLangChainAnswer,
    members: ['lc', 'data', 'content', 'message', 'generations', 'usage', 'raw'],
    read: readLangChain,
  },
  stream: {
    isChunk,
    members: ['lc', 'data', 'content', 'message', 'raw', 'event'],
    reader: langChainReader,
  },
};
