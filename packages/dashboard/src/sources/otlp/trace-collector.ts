import type { OtlpSpan } from './span.ts';

/** How long a trace is waited for after its last spans came, when its root has not come, in milliseconds. */
const QUIET_MS = 3_000;

/** How long the rest of a trace is waited for once its root has come: spans of one program may come in two exports. */
const REST_MS = 300;

/** How many traces, and how many spans of one, are held at once; the oldest trace gives way. */
const MAX_TRACES = 1_000;
const MAX_SPANS_OF_TRACE = 5_000;

interface Waiting {
  readonly spans: OtlpSpan[];
  timer: NodeJS.Timeout | undefined;
}

/** Puts together the traces whose spans come in several exports. */
export class TraceCollector {
  readonly #onTrace: (spans: readonly OtlpSpan[]) => void;
  readonly #waiting = new Map<string, Waiting>();

  /** @param onTrace - gets every trace once, when no more of it is expected */
  constructor(onTrace: (spans: readonly OtlpSpan[]) => void) {
    this.#onTrace = onTrace;
  }

  add(spans: readonly OtlpSpan[]): void {
    const touched = new Map<string, Waiting>();
    for (const span of spans) touched.set(span.traceId, this.#hold(span));
    for (const [traceId, waiting] of touched) {
      const hasRoot = waiting.spans.some(({ parentSpanId }) => parentSpanId === '');
      clearTimeout(waiting.timer);
      waiting.timer = setTimeout(() => this.#finish(traceId), hasRoot ? REST_MS : QUIET_MS).unref();
    }
  }

  /** Gives all that is held, as it is. */
  flush(): void {
    for (const traceId of [...this.#waiting.keys()]) this.#finish(traceId);
  }

  #hold(span: OtlpSpan): Waiting {
    const { traceId } = span;
    let waiting = this.#waiting.get(traceId);
    if (waiting === undefined) {
      const [oldest] = this.#waiting.keys();
      if (this.#waiting.size >= MAX_TRACES && oldest !== undefined) this.#finish(oldest);
      waiting = { spans: [], timer: undefined };
      this.#waiting.set(traceId, waiting);
    }
    if (waiting.spans.length < MAX_SPANS_OF_TRACE) waiting.spans.push(span);
    return waiting;
  }

  #finish(traceId: string): void {
    const waiting = this.#waiting.get(traceId);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(traceId);
    this.#onTrace(waiting.spans);
  }
}
