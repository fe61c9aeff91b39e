import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import type { Sampler, SamplingResult } from '@opentelemetry/sdk-trace';

const NOT_RECORD = 0;

/** A sampler of the user. If it throws, that is counted and the span is left out; the code that starts the span goes on. */
export class GuardedSampler implements Sampler {
  readonly #inner: Sampler;
  readonly #onError: () => void;

  constructor(inner: Sampler, onError: () => void) {
    this.#inner = inner;
    this.#onError = onError;
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    try {
      return this.#inner.shouldSample(context, traceId, name, kind, attributes, links);
    } catch {
      this.#onError();
      return { decision: NOT_RECORD };
    }
  }

  toString(): string {
    return `GuardedSampler(${this.#inner})`;
  }
}
