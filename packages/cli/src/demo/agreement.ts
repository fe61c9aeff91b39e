import { agreement, CascadePrimitive, type CascadeStats } from 'tta-observability-integration/primitives';
import { counted, percent } from '../output/format.ts';
import { answerLineOf } from '../provider/answer-line.ts';
import type { ChatAnswer } from './answer.ts';
import { type Answering, type AnsweringOptions, callModel, OPERATION, type RoutedModel } from './answering.ts';
import { ModelCalls } from './model-calls.ts';
import type { ChatRequest } from './request.ts';

/**
 * All models but the last are asked at the same time; the first one's answer is given if all of them end in the same extracted answer,
 * else the last model is asked.
 */
export function answeringByAgreement({ client, models, costOf }: AnsweringOptions): Answering {
  const calls = new ModelCalls(
    models.map(({ name }) => name),
    costOf,
  );
  const member = ({ name, price }: RoutedModel) => ({
    step: calls.counted(name, callModel(client, name)),
    model: name,
    price,
  });
  const compared = models.slice(0, -1);
  const strong = models.at(-1) as RoutedModel; // the choice of the models has checked that there are three
  const cascade = new CascadePrimitive(
    {
      cheap: agreement<ChatRequest, ChatAnswer>(
        Object.fromEntries(compared.map((model) => [model.name, member(model)])),
        ({ text }) => (text === undefined ? undefined : answerLineOf(text)),
      ),
      strong: member(strong),
    },
    { operation: OPERATION, quality: 'shown' }, // the report says what the recorded grades show
  );
  return {
    step: cascade,
    routes: () => calls.counts,
    callsUsd: (prompt) => calls.usdFor(prompt),
    describe: () =>
      describeCascade(
        cascade.getStats(),
        compared.map(({ name }) => name),
        strong.name,
      ),
  };
}

function describeCascade(
  { stages, outcomes, isEnabled, switchedOff }: CascadeStats<'cheap' | 'strong'>,
  compared: readonly string[],
  strong: string,
): string {
  const { disagreement = 0, error = 0 } = stages.cheap.rejections;
  const asked = outcomes.accepted + disagreement;
  return [
    `${compared.join(' and ')} gave the same answer to ${outcomes.accepted} of ${counted(asked, 'request')} that both answered ` +
      `(${percent(outcomes.accepted / asked)}); the first one's was given.`,
    `${outcomes.escalated} went on to ${strong}` +
      (error === 0 ? '.' : `, ${error} of them because one of the two had failed.`),
    switchedOff === 0
      ? 'The cascade has not switched itself off.'
      : `The cascade switched itself off ${switchedOff === 1 ? 'once' : `${switchedOff} times`}, as its calls cost more than they ` +
        `saved, and is ${isEnabled ? 'on' : 'off'} in the end; ${counted(outcomes.switched_off, 'request')} went to ${strong} alone.`,
    'Answers are compared by the last line of each text, which holds the answer that was extracted from the recorded one.',
  ].join(' ');
}
