import type { Measured } from './fact-entry.ts';
import { capped, closed, histogram, inference, NONE } from './metric.ts';
import type { Recording } from './recording.ts';
import { type Topic, topic } from './topic.ts';

const CALL = [
  closed('gen_ai.operation.name', ['chat', 'embeddings', 'text_completion', 'generate_content']),
  capped('gen_ai.system'),
  capped('gen_ai.request.model'),
] as const;

/** Powers of 4, as the older conventions advise. */
const TOKENS = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

/** Metrics of older conventions, on which dashboards of others filter. */
const metrics = {
  duration: inference('gen_ai.client.operation.duration', 's', 'Time of model calls.', ...CALL, capped('error.type')),
  usage: histogram(TOKENS)(
    'gen_ai.client.token.usage',
    '{token}',
    'Tokens of each call by type.',
    ...CALL,
    closed('gen_ai.token.type', ['input', 'output']),
  ),
};

export const legacyTopic: Topic<never> = topic({ metrics });

/** Measures one execution under the names of older conventions, if it was a call of a model. */
export function measureLegacy({ seconds }: Measured, recording: Recording): void {
  const outcome = recording.label('llm.outcome');
  if (outcome !== 'answered' && outcome !== 'failed' && outcome !== 'cancelled') return;
  const call = [
    recording.label('llm.operation'),
    recording.label('llm.provider'),
    recording.label('llm.model'),
  ] as const;
  const failure = recording.label('llm.failure');
  recording.measure(
    metrics.duration,
    [...call, outcome === 'answered' || failure === NONE ? undefined : failure],
    seconds,
  );
  const usage = recording.facts.get('llm.usage');
  if (usage === undefined) return;
  recording.measure(metrics.usage, [...call, 'input'], usage.inputTokens);
  recording.measure(metrics.usage, [...call, 'output'], usage.outputTokens);
}
