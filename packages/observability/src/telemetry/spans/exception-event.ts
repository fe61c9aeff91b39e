import type { Attributes, Span } from '@opentelemetry/api';
import { safely } from 'tta-dev-primitives/internal';

/** The errors that are an event already, by workflow: an error passes through every span around the one that it began in. */
const recorded = new WeakMap<object, WeakSet<object>>();

/**
 * Adds the event of an exception to the innermost span that it passes through.
 *
 * @param workflow - the outermost execution; an error that several workflows throw is an event in each
 * @param type - what kind of error it is
 * @param hasMessage - whether the event holds the message and the stack, which may quote a prompt
 */
export function recordException(
  span: Span,
  workflow: object,
  error: unknown,
  type: string | undefined,
  hasMessage: boolean,
): void {
  if (typeof error === 'object' && error !== null) {
    const errors = recorded.get(workflow) ?? new WeakSet();
    if (errors.has(error)) return;
    recorded.set(workflow, errors.add(error));
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
