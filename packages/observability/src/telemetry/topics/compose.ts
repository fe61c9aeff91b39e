import type { SpanDefinition } from '../span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

/** The outermost composition is a workflow. */
const workflow: SpanDefinition = {
  name: ({ kind, name, isRoot }) => `${isRoot ? 'invoke_workflow' : kind} ${name}`,
};

/** What becomes of the facts of compositions: sequences, parallels and conditionals. */
export const composeTopic: Topic<FactsUnder<'conditional'>> = topic({
  facts: { 'conditional.branch': { attribute: 'tta.conditional.branch' } },
  spans: { sequence: workflow, parallel: workflow },
});
