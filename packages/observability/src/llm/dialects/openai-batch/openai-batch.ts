import { field, textField } from '../../fields.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { Dialect } from '../dialect.ts';
import { OPENAI_CHAT } from '../openai-chat/openai-chat.ts';
import { OPENAI_RESPONSES } from '../openai-responses/openai-responses.ts';
import { OPENAI_USAGE } from '../openai-usage/openai-usage.ts';
import { failedWith, statedFailure, statusAmong } from '../stated-failure.ts';

/** The dialects of answers that a batch can hold. */
const WITHIN = [OPENAI_CHAT, OPENAI_RESPONSES, OPENAI_USAGE] as const;

/** What the provider works on, or keeps, until it is asked again. */
const JOBS: ReadonlySet<unknown> = new Set(['batch', 'file', 'fine_tuning.job', 'vector_store', 'upload']);

function isLine(value: unknown): boolean {
  return textField(value, 'custom_id') !== undefined && Object.hasOwn(Object(value), 'response');
}

function isJob(value: unknown): boolean {
  return JOBS.has(field(value, 'object'));
}

function read(value: unknown): AnswerReading {
  const draft = new AnswerDraft('openai_batch');
  draft.id = textField(value, 'id');
  draft.keepsServerState = isJob(value);
  if (draft.keepsServerState) return draft.close();
  const response = field(value, 'response');
  const body = field(response, 'body');
  const status = statusAmong(field(response, 'status_code'));
  const stated = statedFailure(value) ?? statedFailure(body);
  const failure = status === undefined ? stated : { ...(stated ?? failedWith(response)), status };
  const answer = WITHIN.find(({ answer: { is } }) => is(body))?.answer.read(body) ?? draft.close();
  const usage = answer.usage && { ...answer.usage, serviceTier: 'batch' };
  return { ...answer, dialect: 'openai_batch', failure, usage };
}

/**
 * The lines of a batch's results, each around an answer of another dialect, and the jobs that are asked for in place of answers.
 *
 * @see https://platform.openai.com/docs/guides/batch
 */
export const OPENAI_BATCH: Dialect = {
  name: 'openai_batch',
  answer: { is: (value) => isLine(value) || isJob(value), members: ['custom_id', 'object'], read },
};
