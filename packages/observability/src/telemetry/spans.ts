import {
  type Attributes,
  type Context,
  createContextKey,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { ExecutionIdentity, Facts } from 'tta-dev-primitives';
import type { Ending, FactName } from 'tta-dev-primitives/internal';
import type { FactEntry } from './fact-entry.ts';
import type { SpanDefinition, SpanSubject, StatedFacts } from './span-definition.ts';

/**
 * How much is traced; metrics are the same at every level:
 * - `off`: nothing.
 * - `minimal`: one span per workflow, that is for an execution that is inside no other.
 * - `full`: one span per execution of a primitive.
 */
export type TelemetryLevel = 'off' | 'minimal' | 'full';

/** Attributes of every span, whatever its primitive. */
const ATTRIBUTES = {
  kind: 'tta.kind',
  name: 'tta.name',
  ending: 'tta.ending',
  attempt: 'tta.retry.attempt',
  workflowId: 'tta.workflow.id',
  correlationId: 'tta.correlation.id',
  tenantId: 'tta.tenant.id',
  sessionId: 'session.id',
  errorType: 'error.type',
} as const;

const SPAN_KINDS = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Marks a context as inside an execution, so the outermost one is known even without a span. */
const INSIDE = createContextKey('tta.inside');

/** Whether an execution that starts in this context is inside no other one. */
export function isOutermost(parent: Context): boolean {
  return parent.getValue(INSIDE) !== true;
}

/** What all spans share. */
export interface SpanSource {
  readonly tracer: Tracer;
  /** Called when a definition cannot name its span, which then has the name of its primitive. */
  readonly onError: () => void;
}

/** The span of one execution. It is the subject of its own name, because another object for each span would cost time. */
export class ExecutionSpan implements SpanSubject {
  readonly kind: string;
  readonly name: string;
  readonly isRoot: boolean;
  readonly facts: StatedFacts;
  /** The context to run the work in. */
  readonly active: Context;
  readonly #source: SpanSource;
  readonly #span: Span;
  readonly #definition: SpanDefinition | undefined;
  readonly #firstName: string;

  /** Starts a span, as a child of what is active in `parent`. */
  constructor(
    source: SpanSource,
    identity: ExecutionIdentity,
    facts: StatedFacts,
    definition: SpanDefinition | undefined,
    parent: Context,
  ) {
    this.kind = identity.kind;
    this.name = identity.name;
    this.isRoot = isOutermost(parent);
    this.facts = facts;
    this.#source = source;
    this.#definition = definition;
    this.#firstName = this.#ownName();
    const spanKind = SPAN_KINDS[definition?.kind ?? 'internal'];
    this.#span = source.tracer.startSpan(this.#firstName, { kind: spanKind }, parent);
    if (this.#span.isRecording()) this.#span.setAttributes(attributesOf(identity, this.isRoot));
    const active = trace.setSpan(parent, this.#span);
    this.active = this.isRoot ? active.setValue(INSIDE, true) : active;
  }

  /** Writes a fact to the span while it is recorded; a plain fact that is in no topic goes under its own name. */
  describe<Name extends FactName>(name: Name, value: Facts[Name], entry: FactEntry<never> | undefined): void {
    if (!this.#span.isRecording()) return;
    const attribute = entry === undefined ? name : entry.attribute;
    if (attribute === undefined) return;
    // A cast, because the entry was found under the name of the fact.
    if (typeof attribute === 'function') this.#span.setAttributes(attribute(value as never));
    else if (isPlain(value)) this.#span.setAttribute(attribute, value);
  }

  /** Ends the span with what became of its execution: the type of an error, never its message. */
  end({ status }: Ending, errorType: string | undefined): void {
    if (this.#span.isRecording()) {
      const name = this.#ownName();
      if (name !== this.#firstName) this.#span.updateName(name);
      this.#span.setAttribute(ATTRIBUTES.ending, status);
      if (errorType !== undefined) {
        this.#span.setAttribute(ATTRIBUTES.errorType, errorType);
        if (status === 'error') this.#span.setStatus({ code: SpanStatusCode.ERROR });
      }
    }
    this.#span.end();
  }

  #ownName(): string {
    if (this.#definition === undefined) return this.name;
    try {
      return this.#definition.name(this);
    } catch {
      this.#source.onError();
      return this.name;
    }
  }
}

function attributesOf({ kind, name, context }: ExecutionIdentity, isRoot: boolean): Attributes {
  return {
    [ATTRIBUTES.kind]: kind,
    [ATTRIBUTES.name]: name,
    ...(context.attempt > 1 ? { [ATTRIBUTES.attempt]: context.attempt } : {}),
    ...(isRoot
      ? {
          [ATTRIBUTES.workflowId]: context.workflowId,
          [ATTRIBUTES.correlationId]: context.correlationId,
          ...(context.tenantId === undefined ? {} : { [ATTRIBUTES.tenantId]: context.tenantId }),
          ...(context.sessionId === undefined ? {} : { [ATTRIBUTES.sessionId]: context.sessionId }),
        }
      : {}),
  };
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
