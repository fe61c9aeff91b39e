import {
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
  TraceFlags,
} from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { hrTimeOf } from './clock-times.ts';
import type { OpenTrace } from './open-trace.ts';

/** What all spans of a tracer share. */
export interface SpanOrigin {
  readonly resource: ReadableSpan['resource'];
  readonly instrumentationScope: ReadableSpan['instrumentationScope'];
  /** Longer texts are cut. */
  readonly longestText: number;
  /** Whether spans are completed only if they are kept, which needs rules that look at no attribute. */
  readonly completesLate: boolean;
  newSpanId(): string;
  started(span: DeferredSpan): void;
  ended(span: DeferredSpan): void;
  /** Calls `complete` for a span that is kept after it has ended. */
  completing(span: DeferredSpan, complete: () => void): void;
}

/** The limits of OpenTelemetry's SDK. */
const MAX_ATTRIBUTES = 128;
const MAX_EVENTS = 128;

/** About what a span takes in memory without its texts. */
const BASE_BYTES = 250;

const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };
const NOTHING: readonly never[] = [];

/**
 * A span that costs little until it is kept: its id is created on first read, and its times of day on export.
 */
export class DeferredSpan implements Span, ReadableSpan {
  name: string;
  kind: SpanKind;
  readonly attributes: Attributes = {};
  status: SpanStatus = UNSET;
  ended = false;
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly trace: OpenTrace;
  readonly #origin: SpanOrigin;
  readonly #parent: DeferredSpan | SpanContext | undefined;
  readonly #startedAt: number;
  readonly #givenStart: HrTime | undefined;
  #endedAt = 0;
  #givenEnd: HrTime | undefined;
  #bytes = BASE_BYTES;
  #attributeCount = 0;
  #id: string | undefined;
  #context: SpanContext | undefined;
  #events: ReadableSpan['events'] | undefined;
  #links: Link[] | undefined;
  #completion: (() => void) | undefined;
  #isCompleting = false;

  constructor(
    origin: SpanOrigin,
    trace: OpenTrace,
    parent: DeferredSpan | SpanContext | undefined,
    name: string,
    kind: SpanKind,
    startTime?: TimeInput,
  ) {
    this.#origin = origin;
    this.trace = trace;
    this.#parent = parent;
    this.name = name;
    this.kind = kind;
    this.#startedAt = performance.now();
    this.#givenStart = startTime === undefined ? undefined : givenTime(startTime, trace);
  }

  get resource(): ReadableSpan['resource'] {
    return this.#origin.resource;
  }

  get instrumentationScope(): ReadableSpan['instrumentationScope'] {
    return this.#origin.instrumentationScope;
  }

  /** Undefined for a root, which the optional property of `ReadableSpan` allows; a cast, because a getter cannot be declared so. */
  get parentSpanContext(): SpanContext {
    return (this.#parent instanceof DeferredSpan ? this.#parent.spanContext() : this.#parent) as SpanContext;
  }

  get startTime(): HrTime {
    return this.#givenStart ?? this.trace.times.at(this.#startedAt);
  }

  get endTime(): HrTime {
    if (!this.ended) return [0, 0];
    return this.#givenEnd ?? this.trace.times.at(this.#endedAt);
  }

  get duration(): HrTime {
    return hrTimeOf(this.durationMs);
  }

  get durationMs(): number {
    if (!this.ended) return 0;
    if (this.#givenStart === undefined && this.#givenEnd === undefined) return this.#endedAt - this.#startedAt;
    return Math.max(0, msOf(this.endTime) - msOf(this.startTime));
  }

  get events(): ReadableSpan['events'] {
    return this.#events ?? (NOTHING as readonly never[] as never[]); // readers do not change it
  }

  get links(): Link[] {
    return this.#links ?? (NOTHING as readonly never[] as never[]);
  }

  /** About how much memory the span takes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether its parent is not a span of ours. */
  get isOutermost(): boolean {
    return !(this.#parent instanceof DeferredSpan);
  }

  spanContext(): SpanContext {
    const traceFlags = this.trace.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    if (this.#context?.traceFlags !== traceFlags) {
      this.#id ??= this.#origin.newSpanId();
      const { traceState } = (this.parentSpanContext as SpanContext | undefined) ?? {};
      const { traceId } = this.trace;
      this.#context = { traceId, spanId: this.#id, traceFlags, ...(traceState && { traceState }) };
    }
    return this.#context;
  }

  isRecording(): boolean {
    return !this.#isClosed;
  }

  get #isClosed(): boolean {
    return this.ended && !this.#isCompleting;
  }

  /** Waits with what completes the span, if it is not known yet whether the span is kept. */
  completeLater(complete: () => void, bytes: number): boolean {
    if (this.trace.decision !== 'open' || !this.#origin.completesLate) return false;
    this.#completion = complete;
    this.#bytes += bytes;
    return true;
  }

  /** Completes the span, because it is kept. */
  complete(): void {
    const completion = this.#completion;
    this.#completion = undefined;
    this.#isCompleting = true;
    this.#origin.completing(this, () => completion?.());
    this.#isCompleting = false;
  }

  setKind(kind: SpanKind): void {
    this.kind = kind;
  }

  setAttribute(name: string, value: AttributeValue): this {
    if (!this.#isClosed) this.#set(name, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.#isClosed) return this;
    for (const name in attributes) this.#set(name, attributes[name]);
    return this;
  }

  /** Adds what is found out after the end, such as why the trace is kept. */
  addLate(name: string, value: AttributeValue): void {
    this.attributes[name] = value;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.#isClosed) return this;
    const isTime = isTimeInput(attributesOrTime);
    const events = (this.#events ??= []);
    if (events.length >= MAX_EVENTS) {
      events.shift();
      this.droppedEventsCount += 1;
    }
    const attributes: Attributes = {};
    if (!isTime && attributesOrTime !== undefined) {
      for (const key of Object.keys(attributesOrTime)) {
        const value = this.#cut(attributesOrTime[key]);
        if (value !== undefined) attributes[key] = value;
      }
    }
    const at = isTime ? attributesOrTime : time;
    const now = this.ended ? this.endTime : this.trace.times.at(performance.now());
    events.push({ name, attributes, time: at === undefined ? now : givenTime(at, this.trace) });
    this.#bytes += BASE_BYTES;
    return this;
  }

  addLink(link: Link): this {
    if (!this.ended && (this.#links?.length ?? 0) < MAX_EVENTS) (this.#links ??= []).push(link);
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (!this.ended && status.code !== SpanStatusCode.UNSET && this.status.code !== SpanStatusCode.OK) {
      this.status = status;
    }
    return this;
  }

  updateName(name: string): this {
    if (!this.#isClosed) this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const { name, message, stack } = typeof exception === 'string' ? { message: exception } : exception;
    const attributes: Attributes = {};
    if (name !== undefined) attributes['exception.type'] = name;
    if (message !== undefined) attributes['exception.message'] = message;
    if (stack !== undefined) attributes['exception.stacktrace'] = stack;
    this.addEvent('exception', attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (this.ended) return;
    this.#endedAt = performance.now();
    if (endTime !== undefined) this.#givenEnd = givenTime(endTime, this.trace);
    this.ended = true;
    this.#origin.ended(this);
  }

  #set(name: string, given: AttributeValue | undefined): void {
    const value = this.#cut(given);
    if (value === undefined || name === '') return;
    if (!(name in this.attributes)) {
      if (this.#attributeCount >= MAX_ATTRIBUTES) {
        this.droppedAttributesCount += 1;
        return;
      }
      this.#attributeCount += 1;
    }
    this.attributes[name] = value;
  }

  /** A value as it may stand on a span; undefined for what may not. */
  #cut(value: unknown): AttributeValue | undefined {
    switch (typeof value) {
      case 'string': {
        const { longestText } = this.#origin;
        this.#bytes += Math.min(value.length, longestText);
        return value.length > longestText ? value.slice(0, longestText) : value;
      }
      case 'number':
      case 'boolean':
        return value;
      default:
        if (!Array.isArray(value)) return undefined;
        // The API allows arrays of one type, which the types of callers promise.
        return value.map((item) => this.#cut(item)).filter((item) => item !== undefined) as AttributeValue;
    }
  }
}

function isTimeInput(value: unknown): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || isHrTime(value);
}

function isHrTime(value: unknown): value is HrTime {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');
}

/** A time as callers of the API give it: of day, in milliseconds since 1970, or a reading of `performance.now()`. */
function givenTime(time: TimeInput, { times }: OpenTrace): HrTime {
  if (typeof time === 'number') return time <= performance.now() ? times.at(time) : hrTimeOf(time);
  return time instanceof Date ? hrTimeOf(time.getTime()) : time;
}

function msOf([seconds, nanos]: HrTime): number {
  return seconds * 1_000 + nanos / 1e6;
}
