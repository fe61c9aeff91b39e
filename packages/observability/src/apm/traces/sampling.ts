import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  type SpanKind,
  TraceFlags,
  trace as traces,
} from '@opentelemetry/api';
import type { Sampler, SamplingResult } from '@opentelemetry/sdk-trace';
import type { TraceSdk } from '../sdk.ts';
import type { TraceBuffer } from './trace-buffer.ts';

/** Which traces are sampled by their ratio. */
export interface SamplingConfig {
  readonly ratio: number;
  /** Whether a parent outside of this process decides for its trace. */
  readonly followsParent: boolean;
}

/** Decides on whole traces by their id, as every other service with this ratio does. */
export class Sampling {
  readonly #byId: Sampler;
  readonly #kind: SpanKind;
  readonly #followsParent: boolean;

  constructor({ traces: { TraceIdRatioBasedSampler } }: TraceSdk, { ratio, followsParent }: SamplingConfig) {
    this.#byId = new TraceIdRatioBasedSampler(ratio);
    this.#kind = 0;
    this.#followsParent = followsParent;
  }

  /**
   * Whether a trace is sampled.
   *
   * @param parent - of the first span in this process; the decision of a parent in this process holds always
   */
  isSampled(traceId: string, parent: SpanContext | undefined): boolean {
    if (parent !== undefined && (this.#followsParent || parent.isRemote !== true)) {
      return (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    }
    return this.#byId.shouldSample(ROOT_CONTEXT, traceId, '', this.#kind, {}, []).decision === RECORD_AND_SAMPLED;
  }
}

const [NOT_RECORD, RECORD, RECORD_AND_SAMPLED] = [0, 1, 2] as const;

/**
 * Samples the spans of other libraries as ours are. While a trace may still be kept, its other spans are recorded without the flag of a
 * sampled trace, which other processes would follow.
 */
export class SharedSampler implements Sampler {
  readonly #sampling: Sampling;
  readonly #buffer: TraceBuffer | undefined;

  constructor(sampling: Sampling, buffer: TraceBuffer | undefined) {
    this.#sampling = sampling;
    this.#buffer = buffer;
  }

  shouldSample(
    context: Context,
    traceId: string,
    _name: string,
    _kind: SpanKind,
    _attributes: Attributes,
    _links: Link[],
  ): SamplingResult {
    const found = traces.getSpanContext(context);
    const parent = found !== undefined && traces.isSpanContextValid(found) ? found : undefined;
    if (this.#sampling.isSampled(traceId, parent)) return { decision: RECORD_AND_SAMPLED };
    const isLocalChild = parent !== undefined && parent.isRemote !== true;
    const mayBeKept = isLocalChild ? this.#buffer?.openTrace(traceId) !== undefined : this.#buffer !== undefined;
    return { decision: mayBeKept ? RECORD : NOT_RECORD };
  }

  toString(): string {
    return 'SharedSampler';
  }
}
