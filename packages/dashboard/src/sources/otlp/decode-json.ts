import { millisecondsOf } from './decode-protobuf.ts';
import { type Attributes, type AttributeValue, MAX_SPANS, OtlpFormatError, type OtlpSpan } from './span.ts';

/** Reads an `ExportTraceServiceRequest` in JSON. @throws OtlpFormatError if it is not one */
export function decodeJson(text: string): OtlpSpan[] {
  const request = parsed(text);
  if (request['resourceSpans'] !== undefined && !Array.isArray(request['resourceSpans'])) {
    throw new OtlpFormatError('resourceSpans is not a list');
  }
  const spans: OtlpSpan[] = [];
  for (const resourceSpans of listOf(request['resourceSpans'])) {
    const service = attributesOf(recordOf(resourceSpans['resource'])['attributes'])['service.name'];
    for (const scopeSpans of listOf(resourceSpans['scopeSpans'])) {
      for (const span of listOf(scopeSpans['spans'])) {
        if (spans.length >= MAX_SPANS) throw new OtlpFormatError(`the export has more than ${MAX_SPANS} spans`);
        spans.push(spanOf(span, typeof service === 'string' ? service : undefined));
      }
    }
  }
  return spans;
}

type Json = Readonly<Record<string, unknown>>;

function parsed(text: string): Json {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    throw new OtlpFormatError('the body is not JSON');
  }
}

function spanOf(span: Json, service: string | undefined): OtlpSpan {
  const code = recordOf(span['status'])['code'];
  return {
    traceId: textOf(span['traceId']).toLowerCase(),
    spanId: textOf(span['spanId']).toLowerCase(),
    parentSpanId: textOf(span['parentSpanId']).toLowerCase(),
    name: textOf(span['name']),
    startAtMs: instantOf(span['startTimeUnixNano']),
    endAtMs: instantOf(span['endTimeUnixNano']),
    attributes: attributesOf(span['attributes']),
    isError: code === 2 || code === 'STATUS_CODE_ERROR',
    service,
  };
}

function attributesOf(list: unknown): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const { key, value } of listOf(list)) {
    const read = attributeValueOf(recordOf(value));
    if (typeof key === 'string' && key !== '__proto__' && read !== undefined) attributes[key] = read;
  }
  return attributes;
}

/** Maps, bytes and lists within lists are of no use here. */
function attributeValueOf(value: Json): AttributeValue | undefined {
  const list = recordOf(value['arrayValue'])['values'];
  if (list === undefined) return scalarOf(value);
  return listOf(list).flatMap((item) => scalarOf(item) ?? []);
}

function scalarOf({ stringValue, boolValue, intValue, doubleValue }: Json): string | number | boolean | undefined {
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  const number = intValue ?? doubleValue; // whole numbers may be texts, because JSON has too few digits
  return typeof number === 'number' || typeof number === 'string' ? Number(number) : undefined;
}

function instantOf(nanoseconds: unknown): number {
  if (typeof nanoseconds === 'number') return nanoseconds / 1e6;
  return typeof nanoseconds === 'string' && /^\d{1,19}$/.test(nanoseconds) ? millisecondsOf(BigInt(nanoseconds)) : 0;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}
