import { ProtobufReader } from './protobuf-reader.ts';
import { type AttributeValue, MAX_DEPTH, MAX_SPANS, OtlpFormatError, type OtlpSpan } from './span.ts';

/**
 * Reads an `ExportTraceServiceRequest` in protocol buffers.
 *
 * @throws OtlpFormatError if it is not one
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto for the numbers of fields
 */
export function decodeProtobuf(bytes: Uint8Array): OtlpSpan[] {
  const spans: OtlpSpan[] = [];
  eachField(new ProtobufReader(bytes), {
    1: (request) => readResourceSpans(request.message(), spans),
  });
  return spans;
}

type Fields = Readonly<Record<number, (reader: ProtobufReader) => void>>;

function eachField(reader: ProtobufReader, fields: Fields): void {
  for (let field = reader.next(); field !== undefined; field = reader.next()) {
    const read = fields[field];
    if (read === undefined) reader.skip();
    else read(reader);
  }
}

function readResourceSpans(message: ProtobufReader, spans: OtlpSpan[]): void {
  const resource: Record<string, AttributeValue> = {};
  const scopes: ProtobufReader[] = [];
  eachField(message, {
    1: (reader) => eachField(reader.message(), { 1: (attribute) => readAttribute(attribute.message(), resource) }),
    2: (reader) => scopes.push(reader.message()),
  });
  const service = resource['service.name'];
  const name = typeof service === 'string' ? service : undefined;
  for (const scope of scopes) {
    eachField(scope, {
      2: (reader) => {
        if (spans.length >= MAX_SPANS) throw new OtlpFormatError(`the export has more than ${MAX_SPANS} spans`);
        spans.push(readSpan(reader.message(), name));
      },
    });
  }
}

function readSpan(message: ProtobufReader, service: string | undefined): OtlpSpan {
  const attributes: Record<string, AttributeValue> = {};
  const span = { traceId: '', spanId: '', parentSpanId: '', name: '', startAtMs: 0, endAtMs: 0, isError: false };
  eachField(message, {
    1: (reader) => void (span.traceId = hexOf(reader.bytes())),
    2: (reader) => void (span.spanId = hexOf(reader.bytes())),
    4: (reader) => void (span.parentSpanId = hexOf(reader.bytes())),
    5: (reader) => void (span.name = reader.text()),
    7: (reader) => void (span.startAtMs = millisecondsOf(reader.fixed64())),
    8: (reader) => void (span.endAtMs = millisecondsOf(reader.fixed64())),
    9: (reader) => readAttribute(reader.message(), attributes),
    15: (reader) => eachField(reader.message(), { 3: (status) => void (span.isError = status.int64() === 2) }),
  });
  return { ...span, attributes, service };
}

function readAttribute(message: ProtobufReader, attributes: Record<string, AttributeValue>): void {
  let key = '';
  let value: AttributeValue | undefined;
  eachField(message, {
    1: (reader) => void (key = reader.text()),
    2: (reader) => void (value = readValue(reader.message(), 0)),
  });
  if (value !== undefined && key !== '__proto__') attributes[key] = value;
}

/** Maps and bytes are of no use here. */
function readValue(message: ProtobufReader, depth: number): AttributeValue | undefined {
  let value: AttributeValue | undefined;
  if (depth > MAX_DEPTH) return undefined;
  eachField(message, {
    1: (reader) => void (value = reader.text()),
    2: (reader) => void (value = reader.int64() !== 0),
    3: (reader) => void (value = reader.int64()),
    4: (reader) => void (value = reader.double()),
    5: (reader) => void (value = readList(reader.message(), depth + 1)),
  });
  return value;
}

function readList(message: ProtobufReader, depth: number): (string | number | boolean)[] {
  const values: (string | number | boolean)[] = [];
  eachField(message, {
    1: (reader) => {
      const value = readValue(reader.message(), depth);
      if (value !== undefined && typeof value !== 'object') values.push(value);
    },
  });
  return values;
}

export function millisecondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n) / 1000;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
