import { answerCases } from './answers.ts';
import { cancellationCases } from './cancellation.ts';
import { deadlineCases } from './deadline.ts';
import { eventLoopCases } from './event-loop.ts';
import { fallbackCases } from './fallbacks.ts';
import { leakCases } from './leaks.ts';
import { limitCases } from './limits.ts';
import { nestingCases } from './nesting.ts';
import { reportCases } from './reports.ts';
import { stalledAnswerCases } from './stalled-answers.ts';
import type { TimeoutCase } from './timeout-adapter.ts';

/** Every rule of a timeout, C01 to C51, in the order of their numbers. */
export const timeoutCases: readonly TimeoutCase[] = [
  ...answerCases,
  ...deadlineCases,
  ...cancellationCases,
  ...nestingCases,
  ...limitCases,
  ...eventLoopCases,
  ...leakCases,
  ...reportCases,
  ...fallbackCases,
  ...stalledAnswerCases,
].sort((one, other) => one.id.localeCompare(other.id));
