import { Readable } from 'node:stream';
import { isReadableStream, isResponse, isStream, withBody } from 'tta-dev-primitives/internal';
import { httpAnswerOf } from '../../../llm/call/http-answer.ts';

/** The stream that is the body of a server's answer, which one caller alone can read. */
export interface HeldBody {
  readonly body: AsyncIterable<unknown> | ReadableStream<unknown>;
  /** The same answer with a body of its own. */
  around(body: object): object;
}

/** The body of a `Response`, or of a record with a status and headers; undefined if it is no stream, or another has read of it. */
export function heldBodyOf(output: unknown): HeldBody | undefined {
  const body = httpAnswerOf(output)?.body;
  if (!isStream(body) || (isReadableStream(body) && body.locked)) return undefined;
  if (!isResponse(output)) return { body, around: (own) => ({ ...(output as object), body: own }) };
  // A class whose body is not a `ReadableStream`, as that of node-fetch, takes one of Node.js.
  return {
    body,
    around: (own) => withBody(output, isReadableStream(own) ? own : Readable.from(own as AsyncIterable<unknown>)),
  };
}
