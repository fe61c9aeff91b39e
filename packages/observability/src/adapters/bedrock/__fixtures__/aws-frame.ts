import { EventStreamCodec } from '@smithy/core/event-streams';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

/** An event as Bedrock sends it, written by the codec of AWS. */
export function awsFrame(name: string, body: object, type: 'event' | 'exception' = 'event'): Buffer {
  const header = (value: string) => ({ type: 'string' as const, value });
  const headers = {
    ':message-type': header(type),
    [`:${type}-type`]: header(name),
    ':content-type': header('application/json'),
  };
  return Buffer.from(codec.encode({ headers, body: Buffer.from(JSON.stringify(body)) }));
}
