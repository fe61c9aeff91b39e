/** A stream was closed because its caller has not read it for too long. A caller who continues to read gets this error. */
export class UnreadStreamError extends Error {
  override readonly name = 'UnreadStreamError';
  readonly code = 'ERR_TTA_UNREAD_STREAM';
  /** How long nothing was read, in milliseconds. */
  readonly unreadMs: number;

  constructor(operation: string, unreadMs: number) {
    super(`${operation}: the stream was closed, because nothing has read it for ${unreadMs} ms`);
    this.unreadMs = unreadMs;
  }
}
