/** The list of choices of an event without any; quotes within a text are escaped, so it cannot be a part of one. */
const NO_CHOICES = ['"choices":[]', '"choices": []'] as const;
const USAGE = /"usage": ?\{/;

const AFTER_EVENT = /(?<=\n\r?\n)/;
const EVENT_ENDS = ['\n\n', '\n\r\n'] as const;

/** Whole events without those that only state the usage, for a caller who has not asked for it. */
export function withoutUsageEvents(events: unknown): unknown {
  if (!(events instanceof Uint8Array)) return events;
  const bytes = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
  if (!NO_CHOICES.some((mark) => bytes.includes(mark))) return events;
  const kept = bytes
    .toString('latin1') // one character for each byte
    .split(AFTER_EVENT)
    .filter((event) => !(NO_CHOICES.some((mark) => event.includes(mark)) && USAGE.test(event)));
  return new Uint8Array(Buffer.from(kept.join(''), 'latin1'));
}

/** Where the last whole event ends; 0 if none does. */
export function endOfEvents(bytes: Buffer): number {
  return Math.max(...EVENT_ENDS.map((mark) => bytes.lastIndexOf(mark) + (bytes.includes(mark) ? mark.length : 1)));
}
