import { context, type MeterProvider, metrics, propagation, type TracerProvider, trace } from '@opentelemetry/api';
import { HeaderPropagator } from './header-propagator.ts';
import type { CoreSdk, Sdk } from './sdk.ts';

type Topic = 'trace' | 'metrics' | 'context' | 'propagation';

const TOPICS: Readonly<Record<Topic, { disable(): void }>> = { trace, metrics, context, propagation };

/** What is registered in this process, read without the API, which would answer a question with a proxy. */
function registered(topic: Topic): unknown {
  const registry = (globalThis as { [REGISTRY]?: Partial<Record<Topic, unknown>> })[REGISTRY];
  return registry?.[topic];
}

const REGISTRY = Symbol.for('opentelemetry.js.api.1');

/** Which topics another library has set up already. */
export interface Host {
  readonly hasTraces: boolean;
  readonly hasMetrics: boolean;
  readonly hasContext: boolean;
}

/** Looks before anything is registered, because a second registration fails and is reported as an error by the API. */
export function findHost(): Host {
  return {
    hasTraces: registered('trace') !== undefined,
    hasMetrics: registered('metrics') !== undefined,
    hasContext: registered('context') !== undefined,
  };
}

/** What was registered, and how to take it back. */
export interface Registration {
  /** The topics that could not be registered, because another library holds them with another version of the API. */
  readonly refused: readonly Topic[];
  /** Takes back what is still ours. */
  undo(): void;
}

/** What is registered for the whole process. */
export interface Providers {
  readonly tracers: TracerProvider;
  readonly meters: MeterProvider;
  readonly loadCore: () => CoreSdk;
}

/** Registers providers for the whole process, and takes back nothing but what it registered. */
export function registerGlobals({ contexts }: Sdk, { tracers, meters, loadCore }: Providers): Registration {
  const registrations: Readonly<Record<Topic, () => boolean>> = {
    context: () => context.setGlobalContextManager(new contexts.AsyncLocalStorageContextManager().enable()),
    propagation: () => propagation.setGlobalPropagator(new HeaderPropagator(loadCore)),
    trace: () => trace.setGlobalTracerProvider(tracers),
    metrics: () => metrics.setGlobalMeterProvider(meters),
  };
  const mine = new Map<Topic, unknown>();
  const refused: Topic[] = [];
  for (const [topic, register] of Object.entries(registrations) as [Topic, () => boolean][]) {
    if (registered(topic) !== undefined) continue; // a host's context manager or propagator serves us as well
    if (register()) mine.set(topic, registered(topic));
    else refused.push(topic);
  }
  return {
    refused,
    undo() {
      for (const [topic, instance] of mine) if (registered(topic) === instance) TOPICS[topic].disable();
    },
  };
}
