import { field, textField } from '../../fields.ts';
import { type EventStreamMessage, EventStreamParser, printEventStreamMessage } from './aws-event-stream.ts';

/** Turns the bytes of a stream of Bedrock into its events, as the client gives them: `{ contentBlockDelta: { ... } }`. */
export class AwsEventParser {
  readonly #parser = new EventStreamParser();

  /** Whether the bytes so far end within an event. */
  get isInEvent(): boolean {
    return this.#parser.isInMessage;
  }

  /**
   * The events that these bytes complete.
   *
   * @throws EventStreamError if the bytes are not of an event stream, SyntaxError if an event is not JSON
   */
  push(bytes: Uint8Array): object[] {
    return this.#parser.push(bytes).map(eventOf);
  }
}

function eventOf({ headers, payload }: EventStreamMessage): object {
  const type = headers[':message-type'];
  if (type === 'error') return { error: { code: headers[':error-code'], message: headers[':error-message'] } };
  const name = headers[type === 'exception' ? ':exception-type' : ':event-type'] ?? '';
  const body: unknown = payload.length === 0 ? {} : JSON.parse(Buffer.from(payload).toString('utf8'));
  const bytes = textField(body, 'bytes');
  // `InvokeModel` wraps what the model sends, which has its own format.
  if (name === 'chunk' && bytes !== undefined)
    return JSON.parse(Buffer.from(bytes, 'base64').toString('utf8')) as object;
  return { [name]: withoutPadding(body) };
}

/** Bedrock fills events up to a common length, to hide how long a piece of text is. */
function withoutPadding(body: unknown): unknown {
  if (typeof field(body, 'p') !== 'string') return body;
  const { p: _, ...rest } = body as { readonly p: string };
  return rest;
}

/** The bytes of one event: of `{ contentBlockDelta: { ... } }` and the like, or of a chunk in a model's own format. */
export function printAwsEvent(event: object, isWrapped = false): Uint8Array {
  const [name, body] = isWrapped
    ? ['chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }]
    : (Object.entries(event)[0] ?? ['', {}]);
  const type = name.endsWith('Exception') ? 'exception' : 'event';
  return printEventStreamMessage({
    headers: { [`:${type}-type`]: name, ':content-type': 'application/json', ':message-type': type },
    payload: Buffer.from(JSON.stringify(body)),
  });
}
