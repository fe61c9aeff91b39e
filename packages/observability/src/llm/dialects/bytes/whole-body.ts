import { safely } from 'tta-dev-primitives/internal';
import type { Dialect } from '../dialect.ts';
import { chunksIn } from './framing.ts';
import { framingOfBody, framingOfType } from './framing-of-body.ts';
import { jsonLines } from './json-lines.ts';
import { LINE_FEED } from './line-reader.ts';

/** What a whole body says, as data. */
export interface BodyData {
  /** Whether the body is a stream, and its data the array of the chunks. */
  readonly isStream: boolean;
  /** Undefined if the body is not JSON and no stream of events. */
  readonly data: unknown;
}

/** Reads a whole body. Never throws. */
export function readWholeBody(body: Buffer, contentType: string | undefined, likely?: Dialect | undefined): BodyData {
  const framing = framingOfBody(body, contentType, likely);
  if (framing === undefined) return { isStream: false, data: jsonIn(body) };
  return { isStream: true, data: safely(() => chunksIn(body, framing)) };
}

/** Whether a stream of events or lines breaks off within the JSON of the last one. */
export function isCutOff(body: Buffer, contentType: string | undefined): boolean {
  if (framingOfType(contentType ?? '', undefined) === undefined) return false;
  const line = body.subarray(body.lastIndexOf(LINE_FEED) + 1).toString('utf8');
  const data = line.replace(/^data:/, '').trim();
  return /^[[{]/.test(data) && safely(() => JSON.parse(data) as unknown) === undefined;
}

/** Whether the end of a body says that nothing follows, as `[DONE]` does, although its source may go on. */
export function isBodyOver(tail: Buffer, contentType: string | undefined, likely?: Dialect | undefined): boolean {
  const reader = framingOfType(contentType ?? '', likely)?.reader();
  return safely(() => reader?.add(tail)) !== undefined && reader?.isOver?.() === true;
}

/** The body cut into its events, lines or frames, byte for byte; a body that is no stream is one piece. */
export function* piecesOf(body: Buffer, contentType: string | undefined): Generator<Buffer, void, undefined> {
  const framing = framingOfBody(body, contentType);
  let start = 0;
  while (start < body.length) {
    const end = framing?.endOf(body, start) ?? body.length;
    yield body.subarray(start, end);
    start = end;
  }
}

/** The JSON that a body is, or its lines are. */
export function jsonIn(body: Buffer): unknown {
  const text = body.toString('utf8');
  const value = safely(() => JSON.parse(text) as unknown);
  const isLines = value === undefined && /\}\s*\n\s*\{/.test(text);
  return isLines ? jsonLines.reader().add(Buffer.concat([body, LINE_END])) : value;
}

const LINE_END = Buffer.from('\n');
