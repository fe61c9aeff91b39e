import type { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Sampler, SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { ObservabilityConfig, TracesConfig } from './config.ts';
import { consoleSpanExporter } from './console-span-exporter.ts';
import { describedCallProcessor } from './described-call-processor.ts';
import { type MemorySpanExporter, memorySpanExporter } from './memory-span-exporter.ts';
import { endingWith, exporterOptions, type Sending } from './otlp-exporters.ts';
import { resourceAttributesOf } from './resource.ts';
import type { Sdk } from './sdk.ts';

export interface Traces {
  readonly provider: TracerProvider;
  /** What keeps spans for tests; only in the environment 'test'. */
  readonly memory: MemorySpanExporter | undefined;
}

/** Longer texts are cut, so one attribute cannot fill a batch. */
const LONGEST_ATTRIBUTE = 4_096;

export type Resource = ReturnType<Sdk['resources']['emptyResource']>;

/** The resource that traces and metrics share. */
export function resourceOf({ resources }: Sdk, config: ObservabilityConfig): Resource {
  return resources.defaultResource().merge(resources.resourceFromAttributes(resourceAttributesOf(config)));
}

/** Traces that go where the configuration says: to the console, to memory, to a collector. */
export function tracesOf(
  sdk: Sdk,
  resource: Resource,
  { traces }: ObservabilityConfig,
  sending: Sending | undefined,
  meterProvider: MeterProvider,
): Traces {
  const { BatchSpanProcessor, SimpleSpanProcessor, TracerProvider, AlwaysOffSampler } = sdk.traces;
  const memory = traces.inMemory ? memorySpanExporter() : undefined;
  const spanProcessors: SpanProcessor[] = [];
  if (traces.toConsole) spanProcessors.push(new SimpleSpanProcessor({ exporter: consoleSpanExporter() }));
  if (memory !== undefined) spanProcessors.push(new SimpleSpanProcessor({ exporter: memory }));
  if (traces.otlp !== undefined && sending !== undefined) {
    spanProcessors.push(
      new BatchSpanProcessor({
        exporter: endingWith(
          sending.signal,
          new sending.sdk.traces.OTLPTraceExporter(exporterOptions(traces.otlp, sending)),
        ),
        scheduledDelayMillis: traces.batch.delayMs,
        maxQueueSize: traces.batch.maxQueueSize,
        maxExportBatchSize: Math.min(traces.batch.maxBatchSize, traces.batch.maxQueueSize),
        exportTimeoutMillis: traces.otlp.timeoutMs,
        selfObsMeterProvider: meterProvider, // the only place where dropped spans are counted
      }),
    );
  }
  // A span without an exporter is not worth recording.
  const sampler = spanProcessors.length === 0 ? new AlwaysOffSampler() : samplerOf(sdk, traces.sampler);
  spanProcessors.push(describedCallProcessor);
  const spanLimits = { attributeValueLengthLimit: LONGEST_ATTRIBUTE };
  return { provider: new TracerProvider({ resource, sampler, spanLimits, spanProcessors }), memory };
}

function samplerOf({ traces }: Sdk, { ratio, followsParent }: TracesConfig['sampler']): Sampler {
  const root = new traces.TraceIdRatioBasedSampler(ratio);
  return followsParent ? new traces.ParentBasedSampler({ root }) : root;
}
