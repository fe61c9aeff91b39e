import type { Context } from '@opentelemetry/api';
import type { Redact } from '../../telemetry/spans/captured-content.ts';

/** A processor of spans: one of OpenTelemetry's, of Langfuse's, or your own. */
export interface SpanProcessorLike {
  onStart(span: never, parent: Context): void;
  onEnd(span: never): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** An exporter that sends spans to a backend. */
export interface SpanExporterLike {
  export(spans: never, done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** Decides which spans are recorded. */
export interface SamplerLike {
  shouldSample(context: Context, traceId: string, name: string, kind: never, attributes: never, links: never): object;
  toString(): string;
}

/** Which workflows are traced even if `sampleRatio` leaves them out. */
export interface KeepOptions {
  /** Workflows that fail. A failure that a retry or fallback recovered from does not count. @defaultValue true */
  readonly failed?: boolean | undefined;
  /** Workflows that take longer, in milliseconds. @defaultValue 60_000 */
  readonly slowerThanMs?: number | undefined;
  /** Workflows whose model calls cost more, in US dollars. Needs `level: 'full'`. @defaultValue no limit */
  readonly costlierThanUsd?: number | undefined;
  /** How many traces may wait until their workflows end. The oldest ones are decided early when there are more. @defaultValue 1_000 */
  readonly maxTraces?: number | undefined;
  /** How many spans may wait. @defaultValue 20_000 */
  readonly maxSpans?: number | undefined;
  /** How much memory waiting spans may take, in bytes. @defaultValue 16 MiB */
  readonly maxBytes?: number | undefined;
}

export interface TracesOptions {
  /** Which workflows are traced whatever the ratio; `false` keeps none beyond it. */
  readonly keep?: KeepOptions | false | undefined;
  /**
   * Receive every span that is kept, in addition to the exporters of this library. If a span is kept because its
   * workflow failed, was slow or was expensive, processors see its start and end at the moment of that decision.
   */
  readonly spanProcessors?: readonly SpanProcessorLike[] | undefined;
  /** Receive every span that is kept, in batches. */
  readonly exporters?: readonly SpanExporterLike[] | undefined;
  /**
   * The file to which every kept span is written, as one OTLP message in JSON per line. Beyond `maxBytes` (100 MiB by
   * default) the file is renamed to `{path}.1`. @defaultValue `TTA_TRACES_FILE`, else 'traces.jsonl', if
   * `OTEL_TRACES_EXPORTER` has the word `file`
   */
  readonly file?: string | { readonly path: string; readonly maxBytes?: number | undefined } | undefined;
  /** Decides on each span, instead of `sampleRatio` and `keep`. */
  readonly sampler?: SamplerLike | undefined;
  /**
   * What spans contain in addition to OpenTelemetry's conventions, for backends that read it: Langfuse's types and
   * cost, the kinds and tokens of OpenInference for Phoenix and Arize, or the names of older conventions, which also
   * bring back their metrics.
   */
  readonly extras?: readonly ('langfuse' | 'openinference' | 'legacy')[] | undefined;
  /**
   * Whether the spans of model calls contain prompts and answers. `redact` changes what is captured, or returns `null`
   * to capture nothing.
   * @defaultValue `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`, else false
   */
  readonly captureContent?: boolean | { readonly redact?: Redact | undefined } | undefined;
  /** Whether exception events contain messages and stacks, which may quote a prompt. @defaultValue false */
  readonly exceptionMessages?: boolean | undefined;
}
