import type { Facts } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import type { LabelFact } from './fact-entry.ts';

/** The newest values of the facts of one execution, capped if they have a `dimension`. */
export interface StatedFacts {
  get<Name extends FactName>(name: Name): Facts[Name] | undefined;
}

/** An execution, as far as its span's name depends on it. */
export interface SpanSubject {
  /** The kind of the primitive. */
  readonly kind: string;
  /** The name of the primitive. */
  readonly name: string;
  /** Whether the execution is inside no other one. */
  readonly isRoot: boolean;
  readonly facts: StatedFacts;
}

/** What the spans of one kind of primitive look like. */
export interface SpanDefinition {
  /** @defaultValue 'internal' */
  readonly kind?: 'internal' | 'client' | 'server' | 'producer' | 'consumer';
  /** Names the span. It is called when the span starts, and again when it ends, with all facts. */
  readonly name: (subject: SpanSubject) => string;
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
