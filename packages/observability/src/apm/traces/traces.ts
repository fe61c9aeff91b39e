import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Counts } from '../../telemetry/counts.ts';
import type { TelemetryOptions } from '../../telemetry/observer.ts';
import { LONGEST_CONTENT } from '../../telemetry/spans/captured-content.ts';
import { SELF } from '../../telemetry/topics/telemetry.ts';
import type { TracesConfig } from '../config.ts';
import { endingWith, exporterOptions, type Sending } from '../otlp-exporters.ts';
import { resourceOf } from '../resource.ts';
import type { Scope } from '../scope.ts';
import type { TraceSdk } from '../sdk.ts';
import { consoleSpanExporter } from './console-span-exporter.ts';
import { DeferredTracer } from './deferred-tracer.ts';
import { FileSpanExporter } from './file-span-exporter.ts';
import { ForeignSpans } from './foreign-spans.ts';
import { GuardedProcessor } from './guarded-processor.ts';
import { GuardedSampler } from './guarded-sampler.ts';
import { canKeep } from './keep-rules.ts';
import { KeptSpansProcessor } from './kept-spans-processor.ts';
import { type MemorySpanExporter, memorySpanExporter } from './memory-span-exporter.ts';
import type { OwnTracerProvider } from './own-tracer-provider.ts';
import { Sampling, SharedSampler } from './sampling.ts';
import { SpanQueues } from './span-queues.ts';
import { TraceBuffer } from './trace-buffer.ts';
import { UnrecordedTracers } from './unrecorded-tracers.ts';

export interface Traces {
  readonly provider: OwnTracerProvider;
  /** Starts the spans of executions. */
  readonly tracer: NonNullable<TelemetryOptions['tracer']>;
  /** Whether there is nothing that spans could be sent to. */
  readonly goesNowhere: boolean;
  /** What keeps spans for tests; only in the environment 'test'. */
  readonly memory: MemorySpanExporter | undefined;
}

/** What traces are made with. */
export interface TraceParts {
  readonly sdk: TraceSdk;
  /** The attributes of this process. */
  readonly resource: Attributes;
  readonly scope: Scope;
  readonly counts: Counts;
  readonly sending: Sending | undefined;
}

/** Longer texts are cut, so one attribute cannot fill a batch. */
const LONGEST_ATTRIBUTE = 4_096;

function longestAttribute({ settings }: TracesConfig): number {
  return settings.content === undefined ? LONGEST_ATTRIBUTE : LONGEST_CONTENT;
}

/** Whether spans are recorded: if they are sent anywhere, or if a sampler of the user is to be asked about each. */
export function areSpansRecorded({ toConsole, inMemory, otlp, settings }: TracesConfig): boolean {
  const { file, exporters, spanProcessors, sampler } = settings;
  const given = [otlp, file, sampler].some((one) => one !== undefined);
  return toConsole || inMemory || given || exporters.length > 0 || spanProcessors.length > 0;
}

/** Traces of a process that sends no span anywhere. */
export function unrecordedTraces(): Traces {
  const provider = new UnrecordedTracers();
  return { provider, tracer: provider.getTracer(), memory: undefined, goesNowhere: true };
}

/** Traces that go where the configuration says: to the console, to memory, to a collector, to what the user gives. */
export function tracesOf(parts: TraceParts, config: TracesConfig): Traces {
  const { sdk, scope, counts } = parts;
  const resource = resourceOf(sdk.resources, parts.resource);
  const { settings } = config;
  const memory = config.inMemory ? memorySpanExporter() : undefined;
  const listeners = settings.spanProcessors.map((given) => new GuardedProcessor(given, () => counts.countError()));
  const processors = [...listeners, ...sendersOf(parts, config, memory)];
  const goesNowhere = processors.length === 0;
  const spanLimits = { attributeValueLengthLimit: longestAttribute(config) };
  const { TracerProvider } = sdk.traces;
  if (settings.sampler !== undefined) {
    const spanProcessors = [new KeptSpansProcessor(processors, undefined)];
    const sampler = new GuardedSampler(settings.sampler, () => counts.countError());
    const provider = new TracerProvider({ resource, sampler, spanLimits, spanProcessors });
    return { provider, tracer: provider.getTracer(scope.name, scope.version, scope), memory, goesNowhere };
  }
  const handOn = (span: ReadableSpan): void => {
    for (const processor of processors) processor.onEnd(span);
  };
  // A span without an exporter is not worth recording.
  const ratio = goesNowhere ? 0 : config.sampler.ratio;
  const sampling = new Sampling(sdk, { ...config.sampler, ratio });
  const foreign = new ForeignSpans(listeners);
  const buffer = !goesNowhere && canKeep(settings.rules) ? bufferOf(parts, config, handOn, foreign) : undefined;
  const tracer = new DeferredTracer(sdk, {
    resource,
    instrumentationScope: scope,
    longestText: longestAttribute(config),
    completesLate: settings.rules.costlierThanUsd === undefined,
    sampling,
    buffer,
    handOn,
    listeners,
  });
  const provider = new TracerProvider({
    resource,
    sampler: new SharedSampler(sampling, buffer),
    spanLimits,
    spanProcessors: [new KeptSpansProcessor(processors, buffer && { buffer, foreign })],
  });
  return { provider, tracer, memory, goesNowhere };
}

function bufferOf(
  { counts: { table } }: TraceParts,
  { settings: { rules, limits } }: TracesConfig,
  handOn: (span: ReadableSpan) => void,
  foreign: ForeignSpans,
): TraceBuffer {
  return new TraceBuffer({
    rules,
    limits,
    handOn,
    keepForeign: (span) => foreign.keep(span),
    onKept: (reason) => table.add(SELF.kept, [reason]),
    onEvicted: () => table.add(SELF.evicted, []),
  });
}

/** The processors that send spans on. */
function sendersOf(
  { sdk, sending, counts }: TraceParts,
  { toConsole, otlp, batch, settings }: TracesConfig,
  memory: MemorySpanExporter | undefined,
): readonly SpanProcessor[] {
  const { BatchSpanProcessor, SimpleSpanProcessor } = sdk.traces;
  const isQueued = settings.file !== undefined || settings.exporters.length > 0 || otlp !== undefined;
  const batching = {
    scheduledDelayMillis: batch.delayMs,
    maxQueueSize: batch.maxQueueSize,
    maxExportBatchSize: Math.min(batch.maxBatchSize, batch.maxQueueSize),
    ...(isQueued && { selfObsMeterProvider: new SpanQueues(counts.table) }), // the only place where lost spans are counted
  };
  const processors: SpanProcessor[] = [];
  if (toConsole) processors.push(new SimpleSpanProcessor({ exporter: consoleSpanExporter() }));
  if (memory !== undefined) processors.push(new SimpleSpanProcessor({ exporter: memory }));
  if (settings.file !== undefined) {
    processors.push(new BatchSpanProcessor({ ...batching, exporter: new FileSpanExporter(settings.file) }));
  }
  for (const exporter of settings.exporters) processors.push(new BatchSpanProcessor({ ...batching, exporter }));
  if (otlp !== undefined && sending !== undefined) {
    const sender = new sending.sdk.traces.OTLPTraceExporter(exporterOptions(otlp, sending));
    processors.push(
      new BatchSpanProcessor({
        ...batching,
        exporter: endingWith(sending.signal, sender),
        exportTimeoutMillis: otlp.timeoutMs,
      }),
    );
  }
  return processors;
}
