import { type Context, type Span, SpanKind, trace } from '@opentelemetry/api';
import { callAround } from './linked-context.ts';

/** Operations that one call of a model is, in the conventions for generative AI. */
const INFERENCE: ReadonlySet<unknown> = new Set(['chat', 'embeddings', 'text_completion', 'generate_content']);

/** What can be read of a span of OpenTelemetry's SDK, or of any other that shows as much. */
interface ShownSpan {
  readonly kind?: SpanKind;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Whether a span describes one call of a model. */
function describesCall(span: ShownSpan): boolean {
  return span.kind === SpanKind.CLIENT && INFERENCE.has(span.attributes?.['gen_ai.operation.name']);
}

/** Whether a call of a model that starts in this context is inside a span of another library that describes it. */
export function isDescribedAround(parent: Context): boolean {
  const active = trace.getSpan(parent);
  return (active !== undefined && describesCall(active as ShownSpan)) || callAround(parent)?.isDescribed === true;
}

/**
 * Has the call of a model around a span know that the span describes it. Call it when a span of another library has started.
 *
 * @param parent - the context that the span has started in
 */
export function noteDescribedCall(span: Span, parent: Context): void {
  const call = callAround(parent);
  if (call !== undefined && describesCall(span as ShownSpan)) call.isDescribed = true;
}
