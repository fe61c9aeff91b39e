import type { FactEntry } from './fact-entry.ts';
import { type Metric, printedNames } from './metric.ts';
import type { SpanDefinition } from './spans/span-definition.ts';
import type { Topic } from './topic.ts';
import { checkTopic } from './topic-checks.ts';

/** The names that the page has without any topic. */
const RESERVED = ['target_info'];

/** The topics of a process. Each fact, each printed name and each kind of span is in one of them. */
export class TopicRegistry {
  readonly #topics = new Set<Topic>();
  readonly #facts = new Map<string, FactEntry<never>>();
  readonly #spans = new Map<string, SpanDefinition>();

  /** All topics, in the order of their registration. */
  get topics(): readonly Topic[] {
    return [...this.#topics];
  }

  /** What becomes of a fact; undefined if no topic has it. */
  entryOf(fact: string): FactEntry<never> | undefined {
    return this.#facts.get(fact);
  }

  /** What the spans of a kind of primitive look like; undefined if no topic describes them. */
  spanOf(kind: string): SpanDefinition | undefined {
    return this.#spans.get(kind);
  }

  /** The topic that lists a metric. */
  topicOf(metric: Metric): Topic | undefined {
    return this.topics.find((topic) => metricsOf(topic).includes(metric));
  }

  /**
   * Adds a topic. A topic with the same facts, metrics and spans as a registered one comes from another copy of its package, and
   * changes nothing.
   *
   * @returns a function that removes the topic
   * @throws TypeError or RangeError if the topic is not valid, or if another topic has one of its names
   */
  register(topic: Topic): () => void {
    if (this.#topics.has(topic)) return () => {};
    checkTopic('registerTopic', topic);
    if (this.topics.some((other) => shapeOf(other) === shapeOf(topic))) return () => {};
    this.#checkFree(topic);
    this.#topics.add(topic);
    for (const [name, entry] of Object.entries(topic.facts)) this.#facts.set(name, entry);
    for (const [kind, span] of Object.entries(topic.spans)) this.#spans.set(kind, span);
    return () => this.#remove(topic);
  }

  #remove(topic: Topic): void {
    if (!this.#topics.delete(topic)) return;
    for (const name of Object.keys(topic.facts)) this.#facts.delete(name);
    for (const kind of Object.keys(topic.spans)) this.#spans.delete(kind);
  }

  #checkFree(topic: Topic): void {
    const printed = new Set([...RESERVED, ...this.topics.flatMap(metricsOf).flatMap(printedNames)]);
    refuseTaken('metric', metricsOf(topic).flatMap(printedNames), printed);
    refuseTaken('fact', Object.keys(topic.facts), this.#facts);
    refuseTaken('kind of span', Object.keys(topic.spans), this.#spans);
  }
}

function refuseTaken(what: string, names: readonly string[], taken: { has(name: string): boolean }): void {
  const name = names.find((wanted) => taken.has(wanted));
  if (name !== undefined) {
    throw new RangeError(`registerTopic: another topic has the ${what} ${name} already; give yours another name`);
  }
}

/** Every metric of a topic, rates included. */
export function metricsOf({ metrics, rates }: Topic): readonly Metric[] {
  return [...Object.values(metrics), ...rates.map(({ metric }) => metric)];
}

/** Equal for topics that print and name the same. */
function shapeOf(topic: Topic): string {
  return JSON.stringify([Object.keys(topic.facts), metricsOf(topic), Object.keys(topic.spans)]);
}
