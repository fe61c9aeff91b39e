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
import { ATTRIBUTES, entryOf, type FactEntry } from './catalogue.ts';

/**
 * How much is traced; metrics are the same at every level:
 * - `off`: nothing.
 * - `minimal`: one span per workflow, that is for an execution that is inside no other.
 * - `full`: one span per execution of a primitive.
 */
export type TelemetryLevel = 'off' | 'minimal' | 'full';

/** Marks a context as inside an execution, so the outermost one is known even without a span. */
const INSIDE = createContextKey('tta.inside');

/** Where an execution stands in its trace. */
export interface Traced {
  /** The context to run the work in. */
  readonly active: Context;
  /** Undefined where the level asks for none. */
  readonly span: Span | undefined;
}

/** Starts the span of an execution, as a child of whatever is active. */
export function startSpan(
  tracer: Tracer,
  level: Exclude<TelemetryLevel, 'off'>,
  identity: ExecutionIdentity,
  parent: Context,
): Traced {
  const isRoot = parent.getValue(INSIDE) !== true;
  if (level === 'minimal' && !isRoot) return { active: parent, span: undefined };
  const span = tracer.startSpan(spanName(identity, isRoot), { kind: spanKind(identity) }, parent);
  if (span.isRecording()) span.setAttributes(attributesOf(identity, isRoot));
  const active = trace.setSpan(parent, span);
  return { active: isRoot ? active.setValue(INSIDE, true) : active, span };
}

function spanName({ kind, name }: ExecutionIdentity, isRoot: boolean): string {
  switch (kind) {
    case 'router':
    case 'cache':
    case 'timeout':
      return name === kind ? kind : `${kind} ${name}`;
    case 'sequence':
    case 'parallel':
      return `${isRoot ? 'invoke_workflow' : kind} ${name}`;
    default:
      return name;
  }
}

function spanKind({ kind }: ExecutionIdentity): SpanKind {
  return kind === 'model_call' ? SpanKind.CLIENT : SpanKind.INTERNAL;
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

/**
 * Writes a fact to a span that is still being recorded; a plain fact of a user's own primitive goes under its own name.
 *
 * @param stated - what the execution has stated before
 */
export function describeFact<Name extends FactName>(
  span: Span,
  kind: string,
  name: Name,
  value: Facts[Name],
  stated: ReadonlyMap<FactName, Facts[FactName]>,
): void {
  if (!span.isRecording()) return;
  const {
    attribute,
    namesSpan,
    spanName: nameOf,
  }: Pick<FactEntry<Name>, 'attribute' | 'namesSpan' | 'spanName'> = entryOf(name) ?? { attribute: name };
  if (typeof attribute === 'function') span.setAttributes(attribute(value));
  else if (isPlain(value)) span.setAttribute(attribute, value);
  if (namesSpan === true) span.updateName(`${kind} ${value}`);
  if (nameOf !== undefined) span.updateName(nameOf(value, stated));
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Ends a span with what became of its execution: the type of an error, never its message. */
export function endSpan(span: Span, { status }: Ending, errorType: string | undefined): void {
  if (span.isRecording()) {
    span.setAttribute(ATTRIBUTES.ending, status);
    if (errorType !== undefined) {
      span.setAttribute(ATTRIBUTES.errorType, errorType);
      if (status === 'error') span.setStatus({ code: SpanStatusCode.ERROR });
    }
  }
  span.end();
}
