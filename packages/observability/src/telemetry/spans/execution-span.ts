import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { ExecutionIdentity, Facts, WorkflowContext } from 'tta-dev-primitives';
import type { Ending, FactName } from 'tta-dev-primitives/internal';
import type { FactEntry } from '../fact-entry.ts';
import { contentAttributes, type Redact } from './captured-content.ts';
import { isDescribedAround } from './described-calls.ts';
import { recordException } from './exception-event.ts';
import type { SpanExtra } from './extras/span-extra.ts';
import { identityAttributes, isPlain, withBaggage } from './identity-attributes.ts';
import { type DescribableCall, executionAround, insideOf, insideSpan, isOutermost } from './linked-context.ts';
import type { SpanDefinition, SpanKindWord, SpanSubject, StatedFacts } from './span-definition.ts';

/**
 * How much is traced; metrics are the same at every level:
 * - `off`: nothing.
 * - `minimal`: one span per workflow, that is for an execution that is inside no other.
 * - `full`: one span per execution of a primitive.
 */
export type TelemetryLevel = 'off' | 'minimal' | 'full';

const SPAN_KINDS: Readonly<Record<SpanKindWord, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** A span of ours, whose kind may still be decided when it ends, and its attributes later. Spans of another SDK have neither. */
interface LateSpan extends Span {
  setKind?(kind: SpanKind): void;
  /**
   * Takes the function that completes the span, to call it if the span is kept.
   *
   * @param bytes - about how much memory waits with it
   * @returns false if the span is to be completed at once
   */
  completeLater?(complete: () => void, bytes: number): boolean;
}

/** What starts spans. */
export interface SpanStarter extends Pick<Tracer, 'startSpan'> {
  /** Whether the name and the kind of a span can be given to it as late as its end. */
  readonly namesLate?: boolean;
}

/** One fact, as it was stated, until it is known whether its span is kept. */
interface Noted {
  readonly name: string;
  readonly value: unknown;
  readonly entry: FactEntry<never> | undefined;
}

/** About what a fact takes in memory without its text. */
const BYTES_OF_A_FACT = 60;

/** What all spans share. */
export interface SpanSource {
  readonly tracer: SpanStarter;
  readonly extras: readonly SpanExtra[];
  /** Undefined if prompts and answers are not captured. */
  readonly content: { readonly redact: Redact | undefined } | undefined;
  /** Whether the events of exceptions hold their messages and stacks, which may quote a prompt. */
  readonly hasExceptionMessages: boolean;
  /** Called when a definition cannot describe its span, which then has the name of its primitive. */
  readonly onError: () => void;
}

/** The span of one execution. It is the subject of its own description, because another object for each span would cost time. */
export class ExecutionSpan implements SpanSubject, DescribableCall {
  readonly kind: string;
  readonly name: string;
  readonly isRoot: boolean;
  readonly context: WorkflowContext;
  readonly facts: StatedFacts;
  isDescribed: boolean;
  /** The context to run the work in. */
  readonly active: Context;
  readonly #source: SpanSource;
  readonly #span: LateSpan;
  readonly #identity: ExecutionIdentity;
  readonly #definition: SpanDefinition | undefined;
  readonly #firstName: string;
  readonly #firstKind: SpanKind;
  /** Whether the span is that of the execution around this one, because one span stands for all of a trace that is not recorded. */
  readonly #isShared: boolean;
  #isRecording: boolean;
  readonly #notes: Noted[] = [];
  #bytes = 0;
  readonly #stated: Attributes = {};
  /** In milliseconds since 1970; 0 if it is not needed. */
  readonly #startedAtMs: number;

  /** Starts a span, as a child of what is active in `parent`. */
  constructor(
    source: SpanSource,
    identity: ExecutionIdentity,
    facts: StatedFacts,
    definition: SpanDefinition | undefined,
    parent: Context,
  ) {
    this.kind = identity.kind;
    this.name = identity.name;
    this.isRoot = isOutermost(parent);
    this.context = identity.context;
    this.facts = facts;
    this.#source = source;
    this.#definition = definition;
    this.#startedAtMs = source.extras.length > 0 ? Date.now() : 0;
    this.isDescribed = isDescribedAround(parent);
    this.#identity = identity;
    const isNamed = source.tracer.namesLate !== true;
    this.#firstName = isNamed ? this.#ownName() : this.name;
    this.#firstKind = isNamed ? this.#ownKind() : SpanKind.INTERNAL;
    this.#span = source.tracer.startSpan(this.#firstName, { kind: this.#firstKind }, parent);
    this.#isShared = this.#span === trace.getSpan(parent);
    this.#isRecording = !this.#isShared && this.#span.isRecording();
    if (this.#isShared) {
      this.active = this.isRoot ? insideOf(parent, identity) : parent;
      return;
    }
    const mayBeDescribed = this.isDescribed || definition?.kind !== undefined;
    const active = insideSpan(parent, this.#span, identity, mayBeDescribed ? this : undefined);
    this.active = this.isRoot ? withBaggage(active, identity.context) : active;
  }

  /** Keeps a fact for the span while it is recorded; a plain fact that is in no topic goes under its own name. */
  describe<Name extends FactName>(name: Name, value: Facts[Name], entry: FactEntry<never> | undefined): void {
    if (!this.#isRecording) return;
    if (name === 'llm.content') this.#capture(value as Facts['llm.content']);
    if (entry !== undefined && entry.attribute === undefined) return;
    this.#notes.push({ name, value, entry });
    this.#bytes += BYTES_OF_A_FACT + (typeof value === 'string' ? value.length : 0);
  }

  /** Ends the span with what became of its execution: the type of an error, and its message only if that is wanted. */
  end(ending: Ending, errorType: string | undefined): void {
    if (this.#isShared) return;
    const span = this.#span;
    if (this.#isRecording) {
      this.#isRecording = false; // what is stated from now on is too late
      if (ending.status === 'error') span.setStatus({ code: SpanStatusCode.ERROR });
      const complete = (): void => this.#complete(ending, errorType);
      if (span.completeLater?.(complete, this.#bytes) !== true) complete();
    }
    span.end();
  }

  #complete(ending: Ending, errorType: string | undefined): void {
    const span = this.#span;
    const attributes = identityAttributes(this.#identity, this.isRoot);
    for (const note of this.#notes) this.#described(() => addNote(this.#stated, note));
    attributes['tta.ending'] = ending.status;
    if (errorType !== undefined) attributes['error.type'] = errorType;
    Object.assign(attributes, this.#ownAttributes());
    if (this.#source.extras.length > 0) this.#addExtras(attributes);
    span.setAttributes(attributes);
    const name = this.#ownName();
    if (name !== this.#firstName) span.updateName(name);
    const kind = this.#ownKind();
    if (kind !== this.#firstKind) span.setKind?.(kind);
    if (ending.status === 'error') {
      const workflow = executionAround(this.active) ?? this.#identity;
      recordException(span, workflow, ending.error, errorType, this.#source.hasExceptionMessages);
    }
  }

  #capture(stated: Facts['llm.content']): void {
    const { content } = this.#source;
    if (content === undefined) return;
    const captured = this.#described(() => {
      const read = stated.read();
      return read && contentAttributes(read, content.redact);
    });
    Object.assign(this.#stated, captured);
  }

  #addExtras(attributes: Attributes): void {
    const isCall = this.#ownKind() === SpanKind.CLIENT && attributes['gen_ai.operation.name'] !== undefined;
    for (const extra of this.#source.extras) {
      this.#described(() => extra(attributes, { subject: this, isCall, startedAtMs: this.#startedAtMs }));
    }
  }

  #ownName(): string {
    return this.#described(() => this.#definition?.name(this)) ?? this.name;
  }

  #ownKind(): SpanKind {
    const kind = this.#definition?.kind;
    const word = typeof kind === 'function' ? this.#described(() => kind(this)) : kind;
    return SPAN_KINDS[word ?? 'internal'];
  }

  #ownAttributes(): Attributes {
    const stated = this.#stated;
    return this.#described(() => this.#definition?.attributes?.(stated, this)) ?? stated;
  }

  /** What a definition says; undefined if it fails, because the work must not suffer from its span. */
  #described<T>(describe: () => T): T | undefined {
    try {
      return describe();
    } catch {
      this.#source.onError();
      return undefined;
    }
  }
}

function addNote(attributes: Attributes, { name, value, entry }: Noted): void {
  const attribute = entry === undefined ? name : entry.attribute;
  // A cast, because the entry was found under the name of the fact.
  if (typeof attribute === 'function') Object.assign(attributes, attribute(value as never));
  else if (attribute !== undefined && isPlain(value)) attributes[attribute] = value;
}
