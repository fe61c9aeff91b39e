import { withBody } from 'tta-dev-primitives/internal';

/** A streamed response without the event that only states the usage, for a caller who has not asked for it. */
export function withoutUsageEvent(response: Response): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  const filter = new EventFilter();
  const body: ReadableStream<unknown> = new ReadableStream({
    type: 'bytes',
    async pull(controller: ReadableByteStreamController) {
      for (;;) {
        const { done, value } = await reader.read();
        const bytes = done ? filter.end() : filter.add(value);
        if (bytes.length > 0) controller.enqueue(bytes as Uint8Array<ArrayBuffer>);
        if (done) {
          controller.close();
          controller.byobRequest?.respond(0); // a reader that waits with its own buffer
        }
        if (done || bytes.length > 0) return;
      }
    },
    cancel: (reason: unknown) => reader.cancel(reason),
  });
  return withBody(response, body) as Response; // of the class of the response
}

/** A quote within a text is escaped, so this is the list of choices itself. */
const NO_CHOICES = /"choices": ?\[\]/;
const USAGE = /"usage": ?\{/;

const AFTER_EVENT = /(?<=\n\r?\n)/;

const NOTHING = new Uint8Array();

/** Leaves out events with a usage and no choices; all other bytes stay as they are. */
class EventFilter {
  /** An event that is not complete yet, a character for each byte. */
  #rest = '';

  add(piece: Uint8Array): Uint8Array {
    const text = this.#rest + latin1Of(piece);
    const end = endOfEvents(text);
    const isPlain = this.#rest === '' && end === text.length && !NO_CHOICES.test(text);
    this.#rest = text.slice(end);
    return isPlain ? piece : bytesOf(withoutUsage(text.slice(0, end)));
  }

  end(): Uint8Array {
    return bytesOf(withoutUsage(this.#rest));
  }
}

function latin1Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

function bytesOf(text: string): Uint8Array {
  return text === '' ? NOTHING : Uint8Array.from(Buffer.from(text, 'latin1'));
}

/** Where the last complete event ends; 0 if none is complete. */
function endOfEvents(text: string): number {
  return Math.max(...EVENT_ENDS.map((mark) => text.lastIndexOf(mark) + (text.includes(mark) ? mark.length : 1)));
}

const EVENT_ENDS = ['\n\n', '\n\r\n'] as const;

function withoutUsage(events: string): string {
  if (!NO_CHOICES.test(events)) return events;
  return events
    .split(AFTER_EVENT)
    .filter((event) => !(NO_CHOICES.test(event) && USAGE.test(event)))
    .join('');
}
