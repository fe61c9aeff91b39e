import type { Attributes } from '@opentelemetry/api';
import type { Facts, WorkflowContext } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import type { LabelFact } from '../fact-entry.ts';

/** The newest values of the facts of one execution, capped if they have a `dimension`. */
export interface StatedFacts {
  get<Name extends FactName>(name: Name): Facts[Name] | undefined;
}

/** An execution, as far as its span depends on it. */
export interface SpanSubject {
  /** The kind of the primitive. */
  readonly kind: string;
  /** The name of the primitive. */
  readonly name: string;
  /** Whether the execution is inside no other one. */
  readonly isRoot: boolean;
  readonly context: WorkflowContext;
  readonly facts: StatedFacts;
  /** Whether the span of another library, around this one or inside it, already describes the same call of a model. */
  readonly isDescribed: boolean;
}

/** What a span is to its parent. */
export type SpanKindWord = 'internal' | 'client' | 'server' | 'producer' | 'consumer';

/** What the spans of one kind of primitive look like. */
export interface SpanDefinition {
  /** A word, or a function that is called when the span starts, and again when it ends. @defaultValue 'internal' */
  readonly kind?: SpanKindWord | ((subject: SpanSubject) => SpanKindWord);
  /** Names the span. It is called when the span starts, and again when it ends, with all facts. */
  readonly name: (subject: SpanSubject) => string;
  /**
   * The attributes of the span, when it ends.
   *
   * @param stated - those that its facts give
   * @defaultValue those that its facts give
   */
  readonly attributes?: (stated: Attributes, subject: SpanSubject) => Attributes;
}

/** Names spans by the kind of the primitive and a fact: `cache answer`; by the primitive's name until the fact is stated. */
export function namedBy(fact: LabelFact): SpanDefinition {
  return {
    name({ kind, name, facts }) {
      const word = facts.get(fact) ?? name;
      return word === kind ? kind : `${kind} ${word}`;
    },
  };
}
