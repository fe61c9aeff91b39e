import type { Facts } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import type { FactEntry } from './fact-entry.ts';
import type { LabelsOf, Metric, Sum } from './metric.ts';
import type { Rate } from './rate.ts';
import type { SpanDefinition } from './spans/span-definition.ts';
import { checkTopic } from './topic-checks.ts';

/** Adds to a counter or an up-down counter of a topic. */
export type AddToSum = <M extends Sum>(metric: M, labels: LabelsOf<M>, amount: number) => void;

/** All that telemetry knows about one kind of primitive. */
export interface Topic<Name extends string = string> {
  readonly facts: { readonly [Fact in Name]: FactEntry<never> };
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly rates: readonly Rate[];
  /** By the kind of the primitive. */
  readonly spans: Readonly<Record<string, SpanDefinition>>;
  readonly listen?: ((add: AddToSum) => () => void) | undefined;
}

/** The facts whose names begin with a word and a dot: those of one primitive. */
export type FactsUnder<Word extends string> = Extract<FactName, `${Word}.${string}`>;

export interface TopicDefinition<Name extends FactName> {
  /** What becomes of each fact, by its name. */
  readonly facts?: { readonly [Fact in Name]: FactEntry<Facts[Fact]> };
  /** The metrics that the facts are counted in. The keys are yours. */
  readonly metrics?: Readonly<Record<string, Metric>>;
  readonly rates?: readonly Rate[];
  /** How spans are named, by the kind of the primitive. */
  readonly spans?: Readonly<Record<string, SpanDefinition>>;
  /** Called when telemetry starts, for what no execution states: count it with `add`. Returns the function that ends it. */
  readonly listen?: ((add: AddToSum) => () => void) | undefined;
}

/**
 * Says what becomes of the facts of a primitive: span attributes, metrics, rates and span names. Give the topic to `registerTopic`.
 *
 * @throws TypeError or RangeError if a name, a unit or a dimension is not allowed; the message names it and says what is allowed
 *
 * @example
 * ```ts
 * const metrics = {
 *   answers: counter('greetings_total', '{greeting}', 'Greetings by language.', closed('language', ['en', 'fr'])),
 * };
 * registerTopic(
 *   topic({
 *     facts: {
 *       'greeting.language': {
 *         attribute: 'greeting.language',
 *         record: (language, recorder) => recorder.add(metrics.answers, [language]),
 *       },
 *     },
 *     metrics,
 *     spans: { greeting: namedBy('greeting.language') },
 *   }),
 * );
 * ```
 */
export function topic<Name extends FactName = never>(definition: TopicDefinition<Name>): Topic<Name> {
  checkTopic('topic', definition);
  const { facts = {} as Topic<Name>['facts'], metrics = {}, rates = [], spans = {}, listen } = definition;
  return { facts, metrics, rates, spans, listen };
}
