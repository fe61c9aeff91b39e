import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export type ReceivedValue = string | number | boolean | readonly ReceivedValue[] | undefined;

/** A span as a collector gets it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | 'unspecified';
  readonly attributes: Readonly<Record<string, ReceivedValue>>;
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, ReceivedValue>> }[];
  readonly isError: boolean;
  readonly isSampled: boolean;
  readonly scope: { readonly name: string; readonly version: string; readonly schemaUrl: string };
}

export interface OtlpReceiver extends AsyncDisposable {
  readonly endpoint: string;
  /** In the order in which they came. */
  readonly spans: readonly ReceivedSpan[];
  /** Everything that came, as text: to look for what must not be there. */
  readonly text: string;
}

/** A collector on loopback that reads the traces of OTLP http/protobuf. */
export async function otlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of request) pieces.push(piece as Uint8Array);
    const whole = Buffer.concat(pieces);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole;
    texts.push(body.toString('latin1'));
    const isProtobuf = request.headers['content-type'] === 'application/x-protobuf';
    if (isProtobuf && request.url?.endsWith('/v1/traces') === true) spans.push(...spansIn(body));
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    get text() {
      return texts.join('\n');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A field of a message of Protocol Buffers: its number, and its bytes or its number. */
type Field = readonly [number: number, value: Buffer | bigint];

function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [field, wire] = [tag >> 3, tag & 7];
    if (wire === 0) yield [field, varint()];
    else {
      const length = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint());
      yield [field, bytes.subarray(at, (at += length))];
    }
  }
}

const all = (bytes: Buffer, wanted: number): Buffer[] =>
  [...fieldsOf(bytes)].filter(([field]) => field === wanted).map(([, value]) => value as Buffer);
const textOf = (bytes: Buffer, wanted: number): string => all(bytes, wanted)[0]?.toString('utf8') ?? '';
const hexOf = (bytes: Buffer, wanted: number): string => all(bytes, wanted)[0]?.toString('hex') ?? '';
const numberOf = (bytes: Buffer, wanted: number): number =>
  Number([...fieldsOf(bytes)].find(([field]) => field === wanted)?.[1] ?? 0);

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

function spansIn(body: Buffer): ReceivedSpan[] {
  return all(body, 1)
    .flatMap((resourceSpans) => all(resourceSpans, 2))
    .flatMap((scopeSpans) => {
      const [scope = Buffer.alloc(0)] = all(scopeSpans, 1);
      const named = { name: textOf(scope, 1), version: textOf(scope, 2), schemaUrl: textOf(scopeSpans, 3) };
      return all(scopeSpans, 2).map((span) => spanOf(span, named));
    });
}

function spanOf(span: Buffer, scope: ReceivedSpan['scope']): ReceivedSpan {
  const [status = Buffer.alloc(0)] = all(span, 15);
  const [flags] = all(span, 16);
  return {
    traceId: hexOf(span, 1),
    spanId: hexOf(span, 2),
    parentSpanId: hexOf(span, 4),
    name: textOf(span, 5),
    kind: KINDS[numberOf(span, 6)] ?? 'unspecified',
    attributes: attributesOf(all(span, 9)),
    events: all(span, 11).map((event) => ({ name: textOf(event, 2), attributes: attributesOf(all(event, 3)) })),
    isError: numberOf(status, 3) === 2,
    isSampled: flags !== undefined && (flags.readUInt32LE(0) & 1) === 1,
    scope,
  };
}

function attributesOf(pairs: readonly Buffer[]): Record<string, ReceivedValue> {
  return Object.fromEntries(pairs.map((pair) => [textOf(pair, 1), anyValueOf(all(pair, 2)[0] ?? Buffer.alloc(0))]));
}

function anyValueOf(any: Buffer): ReceivedValue {
  const [found] = fieldsOf(any);
  if (found === undefined) return undefined;
  const [field, value] = found;
  if (field === 1) return String(value);
  if (field === 2) return value === 1n;
  if (field === 3) return Number(BigInt.asIntN(64, value as bigint));
  if (field === 4) return (value as Buffer).readDoubleLE(0);
  return all(value as Buffer, 1).map(anyValueOf);
}
