import { Readable } from 'node:stream';
import {
  isReadableStream,
  isResponse,
  isStream,
  type ResponseLike,
  wholeResponse,
  withBody,
} from 'tta-dev-primitives/internal';
import type { HttpAnswer } from '../../../llm/call/http-answer.ts';
import { type StreamReading, sharedReadingOf } from '../../../llm/call/stream-readings.ts';
import { type HttpHead, headOf } from '../entry/http-head.ts';
import type { AnswerCopies } from '../entry/payload.ts';
import type { CacheSkipReason } from '../facts.ts';

/** The body of a server's answer, which one caller alone can read. */
export type HeldBody = HeldStream | HeldBytes;

/** A body that is a stream. */
export interface HeldStream {
  readonly kind: 'stream';
  readonly body: AsyncIterable<unknown> | ReadableStream<unknown>;
  /** What is stored beside the body, or why nothing is. */
  readonly head: HttpHead | CacheSkipReason;
  /** Reads what the body says while it passes, as a model call beneath does; undefined if there is none. */
  readonly reading: StreamReading | undefined;
  /** The same answer with a body of its own. */
  around(body: object): object;
}

/** A body that is there as a whole. */
export interface HeldBytes {
  readonly kind: 'whole';
  readonly bytes: Buffer;
  readonly head: HttpHead | CacheSkipReason;
  /** The answer, and for every further taker the same with a body of its own. */
  readonly copies: AnswerCopies;
}

/** The body of a server's answer; undefined if it is neither a stream nor bytes, or another has read of it. */
export function heldBodyOf(output: unknown, answer: HttpAnswer): HeldBody | undefined {
  const { body } = answer;
  const head = headOf(output, answer);
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = Buffer.from(body as Uint8Array);
    const copies = isResponse(output) ? responsesOf(output, bytes) : copiesOf(output as object, body);
    return { kind: 'whole', bytes, head, copies };
  }
  if (!isStream(body) || (isReadableStream(body) && body.locked)) return undefined;
  // A body that is a stream of Node.js stays one.
  const asBody = (own: object): object =>
    body instanceof Readable ? Readable.from(own as AsyncIterable<unknown>) : own;
  const around = isResponse(output)
    ? (own: object) => withBody(output, asBody(own))
    : (own: object) => ({ ...(output as object), body: asBody(own) });
  return { kind: 'stream', body, head, reading: sharedReadingOf(output as object), around };
}

/** A response copies its body, so its takers cannot change the bytes. */
function responsesOf(output: ResponseLike & object, bytes: Buffer): AnswerCopies {
  let isTaken = false;
  return {
    take() {
      if (isTaken) return wholeResponse(output, new Uint8Array(bytes));
      isTaken = true;
      return output;
    },
  };
}

function copiesOf(output: object, body: string | Uint8Array): AnswerCopies {
  const kept = typeof body === 'string' ? body : new Uint8Array(body);
  const copy = (): unknown => {
    if (typeof kept === 'string') return kept;
    return Buffer.isBuffer(body) ? Buffer.from(kept) : kept.slice();
  };
  let isTaken = false;
  return {
    take() {
      if (isTaken) return { ...output, body: copy() };
      isTaken = true;
      return output;
    },
  };
}
