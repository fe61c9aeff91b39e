import { AwsEventParser, printAwsEvent } from './aws-events.ts';
import type { Framing } from './chunk-reader.ts';

/** The event streams of Bedrock, each event a frame of its own. */
export const awsEvents: Framing = {
  contentType: 'application/vnd.amazon.eventstream',
  reader() {
    const parser = new AwsEventParser();
    return { add: (bytes) => parser.push(bytes), end: () => [] };
  },
  print: (chunks) => Buffer.concat(chunks.map((chunk) => printAwsEvent(Object(chunk), !isEvent(chunk)))),
  endOf(body, start) {
    const rest = body.length - start;
    return start + (rest < LENGTH_BYTES ? rest : Math.min(rest, Math.max(LENGTH_BYTES, body.readUInt32BE(start))));
  },
};

/** A frame begins with its own length. */
const LENGTH_BYTES = 4;

/** An event is an object under its name; a chunk of a model has the model's own format. */
function isEvent(chunk: unknown): boolean {
  const [value, ...others] = Object.values(Object(chunk));
  return others.length === 0 && typeof value === 'object' && value !== null;
}
