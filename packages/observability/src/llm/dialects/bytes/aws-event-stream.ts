import { crc32 } from 'node:zlib';

/** One message of an event stream: what it is, and its body. */
export interface EventStreamMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** A message has another length than it states, or another checksum. */
class EventStreamError extends Error {
  override readonly name = 'EventStreamError';
}

/** Two lengths, the checksum of both, and at the end the checksum of everything. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;

/** No service sends larger messages. */
const MAX_MESSAGE_BYTES = 24 * 1024 * 1024;

/**
 * Cuts bytes into the messages of an event stream of AWS, however the bytes are divided.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
 */
export class EventStreamParser {
  #rest: Uint8Array = new Uint8Array(0);

  /** Whether bytes of a message that is not whole are waiting for more. */
  get isInMessage(): boolean {
    return this.#rest.length > 0;
  }

  /**
   * The messages that these bytes complete.
   *
   * @throws EventStreamError if the bytes are not of an event stream
   */
  push(bytes: Uint8Array): EventStreamMessage[] {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const messages: EventStreamMessage[] = [];
    for (;;) {
      const length = messageLength(rest);
      if (length === undefined || rest.length < length) break;
      messages.push(messageOf(rest.subarray(0, length)));
      rest = rest.subarray(length);
    }
    this.#rest = new Uint8Array(rest); // a copy: the caller may use its buffer again
    return messages;
  }
}

function messageLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < PRELUDE_BYTES) return undefined;
  const view = viewOf(bytes);
  const length = view.getUint32(0);
  if (crc32(bytes.subarray(0, 8)) !== view.getUint32(8))
    throw new EventStreamError('the checksum of a prelude differs');
  if (length > MAX_MESSAGE_BYTES || length < PRELUDE_BYTES + view.getUint32(4) + CHECKSUM_BYTES) {
    throw new EventStreamError(`a message of ${length} bytes cannot be`);
  }
  return length;
}

function messageOf(bytes: Uint8Array): EventStreamMessage {
  const view = viewOf(bytes);
  const end = bytes.length - CHECKSUM_BYTES;
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(end)) {
    throw new EventStreamError('the checksum of a message differs');
  }
  const payloadStart = PRELUDE_BYTES + view.getUint32(4);
  return {
    headers: headersOf(bytes.subarray(PRELUDE_BYTES, payloadStart)),
    payload: new Uint8Array(bytes.subarray(payloadStart, end)),
  };
}

/** How many bytes the value of a header has, by its type; -1 for those that state their length. */
const VALUE_BYTES = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16] as const;
const TEXT = 7;

/** The headers that are texts; those of other types say nothing about events. */
function headersOf(bytes: Uint8Array): Record<string, string> {
  const headers: Record<string, string> = {};
  const view = viewOf(bytes);
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + view.getUint8(at);
    const type = view.getUint8(nameEnd);
    const fixed = VALUE_BYTES[type];
    if (fixed === undefined) throw new EventStreamError(`a header of type ${type} cannot be`);
    const start = nameEnd + (fixed < 0 ? 3 : 1);
    const end = start + (fixed < 0 ? view.getUint16(nameEnd + 1) : fixed);
    if (end > bytes.length) throw new EventStreamError('a header is longer than all headers');
    if (type === TEXT) headers[textOf(bytes.subarray(at + 1, nameEnd))] = textOf(bytes.subarray(start, end));
    at = end;
  }
  return headers;
}

/** The bytes of one message. */
export function printEventStreamMessage({ headers, payload }: EventStreamMessage): Uint8Array {
  const printed = Buffer.concat(Object.entries(headers).map(([name, value]) => printHeader(name, value)));
  const length = PRELUDE_BYTES + printed.length + payload.length + CHECKSUM_BYTES;
  const message = Buffer.alloc(length);
  message.writeUInt32BE(length, 0);
  message.writeUInt32BE(printed.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(printed, PRELUDE_BYTES);
  message.set(payload, PRELUDE_BYTES + printed.length);
  message.writeUInt32BE(crc32(message.subarray(0, length - CHECKSUM_BYTES)), length - CHECKSUM_BYTES);
  return message;
}

function printHeader(name: string, value: string): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
  const header = Buffer.alloc(nameBytes.length + valueBytes.length + 4);
  header.writeUInt8(nameBytes.length, 0);
  header.set(nameBytes, 1);
  header.writeUInt8(TEXT, nameBytes.length + 1);
  header.writeUInt16BE(valueBytes.length, nameBytes.length + 2);
  header.set(valueBytes, nameBytes.length + 4);
  return header;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
