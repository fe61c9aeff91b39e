import type { SpanDefinition } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

/**
 * The outermost composition is a workflow, and so is each that its user has named. The name that a composition has from its parts is not
 * that of an agent.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai for `invoke_workflow`
 */
const composition: SpanDefinition = {
  name: ({ kind, name, isRoot }) => `${isRoot ? 'invoke_workflow' : kind} ${name}`,
  attributes(stated, { isRoot, context }) {
    if (!isRoot) return stated;
    stated['gen_ai.operation.name'] = 'invoke_workflow';
    if (context.sessionId !== undefined) stated['gen_ai.conversation.id'] = context.sessionId;
    return stated;
  },
};

const workflow: SpanDefinition = {
  name: ({ name }) => `invoke_workflow ${name}`,
  attributes(stated, { name, context }) {
    stated['gen_ai.operation.name'] = 'invoke_workflow';
    stated['gen_ai.agent.name'] = name;
    if (context.sessionId !== undefined) stated['gen_ai.conversation.id'] = context.sessionId;
    return stated;
  },
};

/** What becomes of the facts of compositions: sequences, parallels and conditionals. */
export const composeTopic: Topic<FactsUnder<'conditional'>> = topic({
  facts: { 'conditional.branch': { attribute: 'tta.conditional.branch' } },
  spans: { sequence: composition, parallel: composition, workflow },
});
