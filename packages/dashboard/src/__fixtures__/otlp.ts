/** A span as a program would export it. */
export interface SentSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly isError?: boolean;
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** The export of one trace in JSON. */
export function jsonExport(spans: readonly SentSpan[], traceId = TRACE): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [{ spans: spans.map((span) => jsonSpan(span, traceId)) }],
      },
    ],
  });
}

function jsonSpan(
  { name, spanId, parentSpanId = '', startMs, endMs, attributes, isError = false }: SentSpan,
  traceId: string,
) {
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    startTimeUnixNano: String(BigInt(startMs) * 1_000_000n),
    endTimeUnixNano: String(BigInt(endMs) * 1_000_000n),
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: jsonValue(value) })),
    status: isError ? { code: 2 } : {},
  };
}

function jsonValue(value: SentSpan['attributes'][string]): object {
  if (typeof value === 'object') return { arrayValue: { values: value.map((text) => ({ stringValue: text })) } };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** The same export in protocol buffers. */
export function protobufExport(spans: readonly SentSpan[], traceId = TRACE): Uint8Array<ArrayBuffer> {
  const resource = bytes(1, bytes(1, attribute('service.name', 'shop')));
  const scope = bytes(2, Buffer.concat(spans.map((span) => bytes(2, protobufSpan(span, traceId)))));
  return new Uint8Array(bytes(1, Buffer.concat([resource, scope])));
}

function protobufSpan(span: SentSpan, traceId: string): Buffer {
  const { name, spanId, parentSpanId = '', startMs, endMs, attributes, isError = false } = span;
  return Buffer.concat([
    bytes(1, Buffer.from(traceId, 'hex')),
    bytes(2, Buffer.from(spanId, 'hex')),
    bytes(4, Buffer.from(parentSpanId, 'hex')),
    bytes(5, Buffer.from(name)),
    fixed64(7, startMs),
    fixed64(8, endMs),
    ...Object.entries(attributes).map(([key, value]) => bytes(9, attribute(key, value))),
    bytes(15, isError ? Buffer.from([0x18, 2]) : Buffer.alloc(0)),
  ]);
}

function attribute(key: string, value: SentSpan['attributes'][string]): Buffer {
  return Buffer.concat([bytes(1, Buffer.from(key)), bytes(2, anyValue(value))]);
}

function anyValue(value: SentSpan['attributes'][string]): Buffer {
  if (typeof value === 'object') return bytes(5, Buffer.concat(value.map((text) => bytes(1, anyValue(text)))));
  if (typeof value === 'string') return bytes(1, Buffer.from(value));
  if (typeof value === 'boolean') return Buffer.from([0x10, value ? 1 : 0]);
  if (Number.isInteger(value)) return Buffer.concat([Buffer.from([0x18]), varint(value)]);
  const double = Buffer.alloc(9);
  double[0] = 0x21;
  double.writeDoubleLE(value, 1);
  return double;
}

function fixed64(field: number, ms: number): Buffer {
  const buffer = Buffer.alloc(9);
  buffer[0] = (field << 3) | 1;
  buffer.writeBigUInt64LE(BigInt(ms) * 1_000_000n, 1);
  return buffer;
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const parts: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    parts.push(rest < 128 ? rest : (rest % 128) | 0x80);
    if (rest < 128) return Buffer.from(parts);
  }
}
