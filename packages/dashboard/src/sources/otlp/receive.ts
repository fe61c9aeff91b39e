import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Observations } from '../../data/observations.ts';
import { answer, refuse } from '../../server/answers.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { seenOfTrace } from './seen-of-trace.ts';
import { OtlpFormatError } from './span.ts';
import { TraceCollector } from './trace-collector.ts';

/** How long an export may be after it was unpacked, in bytes. */
const MAX_UNPACKED = 64 * 1024 * 1024;

/** Takes what OpenTelemetry's exporters send over HTTP, and adds the requests that it describes. */
export class OtlpReceiver {
  readonly #traces: TraceCollector;

  constructor(observations: Observations) {
    this.#traces = new TraceCollector((spans) => {
      const seen = seenOfTrace(spans);
      if (seen !== undefined) observations.end(seen, false);
    });
  }

  async answer(request: Request): Promise<Response> {
    const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim() ?? '';
    const isJson = type === 'application/json';
    if (!isJson && type !== 'application/x-protobuf') {
      return refuse(415, 'an export must be application/x-protobuf or application/json');
    }
    try {
      const body = await bodyOf(request);
      this.#traces.add(isJson ? decodeJson(new TextDecoder().decode(body)) : decodeProtobuf(body));
    } catch (error) {
      if (error instanceof OtlpFormatError) return refuse(400, `the export cannot be read: ${error.message}`);
      throw error;
    }
    return answer(isJson ? '{}' : null, { 'Content-Type': type });
  }

  /** Adds what has come, without waiting for more. */
  flush(): void {
    this.#traces.flush();
  }
}

async function bodyOf(request: Request): Promise<Uint8Array> {
  const body = new Uint8Array(await request.arrayBuffer());
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new OtlpFormatError(`the encoding ${JSON.stringify(encoding)} is not gzip`);
  try {
    return await promisify(gunzip)(body, { maxOutputLength: MAX_UNPACKED });
  } catch {
    throw new OtlpFormatError(`it is not gzip, or longer than ${MAX_UNPACKED} bytes when unpacked`);
  }
}
