import { ignoreRejection } from 'tta-dev-primitives/internal';
import { textField } from '../../llm/fields.ts';
import { WORDINGS } from './error-protocol.ts';
import { publicFailureOf } from './public-failure.ts';
import { readToResponseOptions, type ToResponseOptions, toResponse } from './to-response.ts';

const EVENT_STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no', // or nginx would hold it back
};

type Chunks = AsyncIterable<unknown> | ReadableStream<unknown>;

/**
 * Sends a stream as server-sent events, one for each chunk: as JSON, or as it is if it is bytes.
 *
 * It waits for the first chunk. A stream that fails before that is answered with the status of its error, as `toResponse` does.
 * A later failure is stated in the stream, as clients of the protocol expect it, and ends it. When the client leaves, the stream is closed.
 *
 * @param chunks - a stream, or the promise of one, such as what `execute` returns
 * @throws TypeError or RangeError that names the option if an option is wrong
 * @example
 * ```ts
 * return streamResponse(chat.execute(request, context), { protocol: 'openai' });
 * ```
 */
export async function streamResponse(
  chunks: Chunks | Promise<Chunks>,
  options: ToResponseOptions = {},
): Promise<Response> {
  const { protocol, exposeMessages } = readToResponseOptions('streamResponse', options);
  const { body: bodyOf, event, end = '' } = WORDINGS[protocol];
  const failed = (error: unknown): string => eventOf(bodyOf(publicFailureOf(error, exposeMessages)), event);
  let reader: AsyncIterator<unknown>;
  let first: IteratorResult<unknown>;
  try {
    reader = iteratorOf(await chunks);
    first = await reader.next();
  } catch (error) {
    return toResponse(error, options);
  }
  let ahead: IteratorResult<unknown> | undefined = first;
  let isReading = false;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          isReading = ahead === undefined;
          const { done, value } = ahead ?? (await reader.next());
          ahead = undefined;
          isReading = false;
          if (done !== true) return controller.enqueue(bytesOf(value));
          if (end !== '') controller.enqueue(UTF_8.encode(end));
        } catch (error) {
          controller.enqueue(UTF_8.encode(failed(error)));
        }
        controller.close();
      },
      async cancel() {
        const closing = reader.return?.();
        if (isReading)
          ignoreRejection(closing); // a generator closes only when it has made its next chunk
        else await closing;
      },
    },
    { highWaterMark: 0 }, // a chunk is read when the client takes it
  );
  return new Response(body, { headers: EVENT_STREAM });
}

const UTF_8 = new TextEncoder();

function iteratorOf(chunks: Chunks): AsyncIterator<unknown> {
  return (chunks as AsyncIterable<unknown>)[Symbol.asyncIterator](); // a ReadableStream has one too
}

function bytesOf(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : UTF_8.encode(eventOf(chunk, undefined));
}

/** Events of some protocols repeat their type as the name of the event. */
function eventOf(data: unknown, name: string | undefined): string {
  const type = name ?? textField(data, 'type');
  return `${type === undefined || !EVENT_NAME.test(type) ? '' : `event: ${type}\n`}data: ${JSON.stringify(data)}\n\n`;
}

const EVENT_NAME = /^[\w.-]+$/;
