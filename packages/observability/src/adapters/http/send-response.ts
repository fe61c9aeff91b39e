import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

/**
 * Sends a `Response` through Node.js' HTTP server, as in Express and Fastify (`reply.raw`). A stream is read as fast as the client takes
 * it,
 * and closed when the client leaves.
 *
 * @returns when everything is sent, or the client has left
 * @throws what the body fails with; the connection is then closed, because the answer is not complete
 * @example
 * ```ts
 * app.post('/chat', async (request, response) => {
 *   const chunks = chat.execute(request.body, contextFromRequest(request));
 *   await sendResponse(await streamResponse(chunks, { protocol: 'openai' }), response);
 * });
 * ```
 */
export async function sendResponse({ status, statusText, headers, body }: Response, to: ServerResponse): Promise<void> {
  if (isCutOff(to)) return body?.cancel(new DOMException('the client has left', 'AbortError'));
  if (statusText !== '') to.statusMessage = statusText;
  to.statusCode = status;
  to.setHeaders(headers);
  if (body === null) return void to.end();
  let left = false;
  to.once('close', () => {
    left = isCutOff(to);
  });
  to.flushHeaders(); // the first chunk may take its time
  try {
    await pipeline(Readable.fromWeb(body as NodeReadableStream), to);
  } catch (error) {
    if (!left || !isPremature(error)) throw error;
  }
}

/** The client has left before everything was sent. */
function isCutOff({ destroyed, writableFinished }: ServerResponse): boolean {
  return destroyed && !writableFinished;
}

/** The stream has closed before its end. */
function isPremature(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === 'ERR_STREAM_PREMATURE_CLOSE';
}
