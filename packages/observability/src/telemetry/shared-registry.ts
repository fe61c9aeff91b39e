import { TopicRegistry } from './registry.ts';
import type { Topic } from './topic.ts';
import { BUILT_IN_TOPICS } from './topics/index.ts';

/** One registry per process, however many copies of this package are loaded; `v1` is the shape of a topic. */
const KEY = Symbol.for('tta-observability-integration.topics.v1');

/** The topics of this process, those of this package first. */
export const sharedRegistry: TopicRegistry = ((globalThis as { [KEY]?: TopicRegistry })[KEY] ??= withBuiltIn());

function withBuiltIn(): TopicRegistry {
  const registry = new TopicRegistry();
  for (const topic of Object.values(BUILT_IN_TOPICS)) registry.register(topic);
  return registry;
}

/**
 * Adds the facts, metrics, rates and spans of a primitive to the telemetry of the process. Call it before or after
 * `initializeObservability`, once or again. Executions that start later are counted.
 *
 * If your package is free of side effects, call it in the constructor of the primitive: a bundler may drop a call at the top of a module.
 *
 * @returns a function that removes the topic; what it has counted stays on the page until telemetry ends
 * @throws TypeError or RangeError if the topic is not valid, or if another topic has one of its metrics, facts or kinds of span
 *
 * @see `topic` for an example
 */
export function registerTopic(topic: Topic): () => void {
  return sharedRegistry.register(topic);
}
