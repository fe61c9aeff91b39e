import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';

/** A processor of the user. If it throws, that is counted, and the work and the other processors go on. */
export class GuardedProcessor implements SpanProcessor {
  readonly #inner: SpanProcessor;
  readonly #onError: () => void;

  constructor(inner: SpanProcessor, onError: () => void) {
    this.#inner = inner;
    this.#onError = onError;
  }

  onStart(span: Span, parent: Context): void {
    this.#guard(() => this.#inner.onStart(span, parent));
  }

  onEnding(span: Span): void {
    this.#guard(() => this.#inner.onEnding?.(span));
  }

  onEnd(span: ReadableSpan): void {
    this.#guard(() => this.#inner.onEnd(span));
  }

  /** A failure is not counted here, because the result of `flush()` says it. */
  async forceFlush(): Promise<void> {
    await this.#inner.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#inner.shutdown();
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch {
      this.#onError();
    }
  }
}
