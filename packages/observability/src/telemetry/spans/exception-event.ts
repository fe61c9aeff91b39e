import type { Attributes, Span } from '@opentelemetry/api';
import { safely } from 'tta-dev-primitives/internal';

/** Errors that are an event of a span already: an error passes through every span around the one that it began in. */
const recorded = new WeakSet<object>();

/**
 * Adds the event of an exception to the innermost span that it passes through.
 *
 * @param type - what kind of error it is
 * @param hasMessage - whether the event holds the message and the stack, which may quote a prompt
 */
export function recordException(span: Span, error: unknown, type: string | undefined, hasMessage: boolean): void {
  if (typeof error === 'object' && error !== null) {
    if (recorded.has(error)) return;
    recorded.add(error);
  }
  const attributes: Attributes = { 'exception.type': type ?? '_OTHER' };
  if (hasMessage) {
    const message = safely(() => (error instanceof Error ? error.message : String(error)));
    const stack = safely(() => (error instanceof Error ? error.stack : undefined));
    if (typeof message === 'string') attributes['exception.message'] = message;
    if (typeof stack === 'string') attributes['exception.stacktrace'] = stack;
  }
  span.addEvent('exception', attributes);
}
