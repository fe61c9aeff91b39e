import { assembleAnswer, chunksOfAnswer, chunksWithUsage } from '../../../llm/assembly.ts';
import { framingOf } from '../../../llm/dialects/bytes/framing.ts';
import { readWholeBody } from '../../../llm/dialects/bytes/whole-body.ts';
import type { Dialect, AnswerForm as RequestForm } from '../../../llm/dialects/dialect.ts';
import { dialectOfAnswer, dialectOfStream } from '../../../llm/dialects/registry.ts';
import type { AnswerForm } from './envelope.ts';
import { contentTypeOf, type HttpHead } from './http-head.ts';
import { isNestedWithin, MAX_STORED_DEPTH } from './payload.ts';

/** An answer as plain data; of a stream the array of its chunks. */
export interface FormedAnswer {
  readonly form: AnswerForm;
  readonly answer: unknown;
}

/**
 * A stored answer in the form that a request asks for.
 *
 * Where a request asks for what the stored answer was an answer to, it is given as it is. Else whole answers are made of streams and
 * streams of whole answers, if the step had given what it was asked for; one that gives a stream whatever is asked does so always.
 *
 * @param storedFor - in which form it had been asked for when it was stored
 * @returns undefined where it cannot be given in that form without loss
 */
export function inForm(wanted: RequestForm, storedFor: RequestForm, stored: FormedAnswer): FormedAnswer | undefined {
  if (wanted === storedFor) return stored;
  const isWhole = stored.form === 'value';
  if (wanted === 'unknown' || storedFor === 'unknown' || (storedFor === 'whole') !== isWhole) return undefined;
  if (wanted === 'whole') return formed('value', assembleAnswer(stored.answer as readonly unknown[]));
  const includeUsage = wanted === 'stream_with_usage';
  return isWhole
    ? formed(streamFormOf(stored.answer), chunksOfAnswer(stored.answer, { includeUsage }))
    : formed(stored.form, chunksWithUsage(stored.answer as readonly unknown[], includeUsage));
}

/** A stored answer in bytes. */
export interface BodyAnswer {
  readonly http: HttpHead;
  readonly body: Buffer;
}

/** The same for an answer in bytes: its body is read as data, which are printed again in the form that is wanted. */
export function bodyInForm(
  wanted: RequestForm,
  storedFor: RequestForm,
  stored: BodyAnswer,
  dialect: Dialect | undefined,
): BodyAnswer | undefined {
  if (wanted === storedFor) return stored;
  const { isStream, data } = readWholeBody(stored.body, contentTypeOf(stored.http), dialect);
  if (!isNestedWithin(data, MAX_STORED_DEPTH)) return undefined;
  const given = inForm(wanted, storedFor, { form: isStream ? 'readable' : 'value', answer: data });
  if (given === undefined) return undefined;
  if (given.form === 'value') return around(stored.http, 'application/json', Buffer.from(JSON.stringify(given.answer)));
  const chunks = given.answer as readonly unknown[];
  const bytes = dialectOfStream(chunks, dialect)?.bytes;
  if (bytes === undefined) return undefined;
  const { contentType, print } = framingOf(bytes);
  return around(stored.http, contentType, Buffer.from(print(chunks)));
}

function around(http: HttpHead, contentType: string, body: Buffer): BodyAnswer {
  const others = Object.entries(http.headers).filter(([name]) => name.toLowerCase() !== 'content-type');
  return { http: { ...http, headers: { ...Object.fromEntries(others), 'content-type': contentType } }, body };
}

function formed(form: AnswerForm, answer: unknown): FormedAnswer | undefined {
  return answer === undefined ? undefined : { form, answer };
}

/** The kind of stream that the client of the answer's provider gives. */
function streamFormOf(whole: unknown): AnswerForm {
  return dialectOfAnswer(whole)?.answer.streamShape ?? 'readable';
}
