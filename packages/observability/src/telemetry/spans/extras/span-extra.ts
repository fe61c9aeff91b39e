import type { Attributes } from '@opentelemetry/api';
import type { SpanSubject } from '../span-definition.ts';

/** An execution that has ended, as the extras of its span see it. */
export interface EndedSpan {
  readonly subject: SpanSubject;
  /** Whether the span describes one call of a model. */
  readonly isCall: boolean;
  /** In milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** Adds to the attributes of a span what one backend reads beside the conventions. */
export type SpanExtra = (attributes: Attributes, span: EndedSpan) => void;

/** What users can turn on. */
export const EXTRA_NAMES = ['langfuse', 'openinference', 'legacy'] as const;

export type ExtraName = (typeof EXTRA_NAMES)[number];

/** Kinds of primitives that contain other work rather than do it. */
const CHAINS: ReadonlySet<string> = new Set([
  ...['workflow', 'sequence', 'parallel', 'conditional', 'router', 'cascade', 'retry', 'fallback', 'compensation'],
]);

export function isChain({ kind }: SpanSubject): boolean {
  return CHAINS.has(kind);
}
