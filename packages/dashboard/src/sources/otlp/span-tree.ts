import type { OtlpSpan } from './span.ts';

/** A span, and those inside it. */
export interface SpanNode {
  readonly span: OtlpSpan;
  readonly depth: number;
  readonly parts: SpanNode[];
}

/** How deep spans are followed; deeper ones are left out. */
const MAX_DEPTH = 100;

/** The spans of a trace in the order of a waterfall: each before those inside it. A span whose parent is unknown stands at the top. */
export function spanTree(spans: readonly OtlpSpan[]): SpanNode[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const partsOf = new Map<string, OtlpSpan[]>();
  for (const span of spans) {
    const parent = known.has(span.parentSpanId) && span.parentSpanId !== span.spanId ? span.parentSpanId : '';
    const parts = partsOf.get(parent);
    if (parts === undefined) partsOf.set(parent, [span]);
    else parts.push(span);
  }
  const nodes: SpanNode[] = [];
  const visit = (span: OtlpSpan, depth: number): SpanNode => {
    const node: SpanNode = { span, depth, parts: [] };
    nodes.push(node);
    const inside = depth < MAX_DEPTH ? (partsOf.get(span.spanId) ?? []) : [];
    partsOf.delete(span.spanId); // ids that come twice make no circle
    for (const part of inside.sort(byStart)) node.parts.push(visit(part, depth + 1));
    return node;
  };
  for (const root of (partsOf.get('') ?? []).sort(byStart)) visit(root, 0);
  return nodes;
}

function byStart(one: OtlpSpan, other: OtlpSpan): number {
  return one.startAtMs - other.startAtMs;
}
