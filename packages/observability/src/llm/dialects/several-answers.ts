import type { AnswerReading } from './answer-reading.ts';

/** The reading of several whole answers together: it has the choices of all answers and no usage. */
export function severalAnswers(readings: readonly AnswerReading[]): AnswerReading | undefined {
  const [first] = readings;
  if (first === undefined || readings.length === 1) return first;
  return {
    dialect: first.dialect,
    usage: undefined,
    model: undefined,
    id: undefined,
    finish: readings.flatMap(({ finish }) => finish),
    finishReasons: readings.flatMap(({ finishReasons }) => finishReasons),
    texts: readings.flatMap(({ texts }) => texts),
    hasToolCalls: readings.some(({ hasToolCalls }) => hasToolCalls),
    hasRefusal: readings.some(({ hasRefusal }) => hasRefusal),
    isEmpty: readings.some(({ isEmpty }) => isEmpty),
    keepsServerState: readings.some(({ keepsServerState }) => keepsServerState),
    failure: readings.find(({ failure }) => failure !== undefined)?.failure,
  };
}
