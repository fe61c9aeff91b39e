import { type Context, createContextKey, type Span } from '@opentelemetry/api';
import type { ExecutionIdentity } from 'tta-dev-primitives';

/** The key under which the API keeps the active span in a context. */
const SPAN: symbol = createContextKey('OpenTelemetry Context Key SPAN');

/** The outermost execution that a context is inside. It is known even without a span. */
const OUTERMOST: symbol = createContextKey('tta.outermost');

/** The call of a model that a context is inside, if another library may describe it. */
const CALL: symbol = createContextKey('tta.call');

/** A call of a model, which another library may describe with a span of its own. */
export interface DescribableCall {
  isDescribed: boolean;
}

/** The innermost call of a model that a context is inside. */
export function callAround(context: Context): DescribableCall | undefined {
  return context.getValue(CALL) as DescribableCall | undefined;
}

/** Whether an execution that starts in this context is inside no other one. */
export function isOutermost(parent: Context): boolean {
  return parent.getValue(OUTERMOST) === undefined;
}

/** The outermost execution that a context is inside. */
export function executionAround(context: Context): ExecutionIdentity | undefined {
  return context.getValue(OUTERMOST) as ExecutionIdentity | undefined;
}

/** A context with one more value. It holds a link to the context it comes from, which is faster than a copy. */
class LinkedContext implements Context {
  readonly #parent: Context;
  readonly #key: symbol;
  readonly #value: unknown;

  constructor(parent: Context, key: symbol, value: unknown) {
    this.#parent = parent;
    this.#key = key;
    this.#value = value;
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.#value : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new LinkedContext(this, key, value);
  }

  deleteValue(key: symbol): Context {
    return new LinkedContext(this, key, undefined);
  }
}

/** The context of the work of an outermost execution that has no span. */
export function insideOf(parent: Context, outermost: ExecutionIdentity): Context {
  return new LinkedContext(parent, OUTERMOST, outermost);
}

/** A context in which a span is active, inside an execution. */
class ActiveSpanContext implements Context {
  readonly #parent: Context;
  readonly #span: Span;
  readonly #outermost: unknown;
  readonly #call: DescribableCall | undefined;

  constructor(parent: Context, span: Span, own: ExecutionIdentity, call: DescribableCall | undefined) {
    this.#outermost = parent.getValue(OUTERMOST) ?? own;
    this.#parent = parent;
    this.#span = span;
    this.#call = call;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN) return this.#span;
    if (key === OUTERMOST) return this.#outermost;
    return key === CALL && this.#call !== undefined ? this.#call : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new LinkedContext(this, key, value);
  }

  deleteValue(key: symbol): Context {
    return new LinkedContext(this, key, undefined);
  }
}

/**
 * The context of the work of an execution that has a span.
 *
 * @param own - the execution
 * @param call - the same, if it is a call of a model
 */
export function insideSpan(parent: Context, span: Span, own: ExecutionIdentity, call?: DescribableCall): Context {
  return new ActiveSpanContext(parent, span, own, call);
}
