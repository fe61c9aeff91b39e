export { type DerivedController, deriveController } from './cancellation.ts';
export { type Clock, systemClock, type Timer } from './clock.ts';
export type { ParallelMode, ParallelOptions } from './compose/branches.ts';
export { type Condition, switchOn, when } from './compose/conditional.ts';
export { parallel } from './compose/parallel.ts';
export { type InputOf, type OutputOf, sequence } from './compose/sequence.ts';
export { type Checkpoint, type ChildContextInit, WorkflowContext, type WorkflowContextInit } from './context.ts';
export { delayBehindOwner } from './deadline.ts';
export {
  type Ending,
  type ExecutionIdentity,
  type FactName,
  type Facts,
  type NoteFact,
  type Observer,
  type ObserverOptions,
  registerObserver,
} from './observer.ts';
export { checkFunction, checkNumber, checkOneOf, type NumberRange, refusal } from './options.ts';
export { endOutput, followOutput, isAsyncIterable, isReadableStream, isStream } from './output/follow-output.ts';
export type { OutputEnd, OutputFollower } from './output/stream-tracker.ts';
export {
  asPrimitive,
  ParallelPrimitive,
  type RunningStep,
  SequencePrimitive,
  type Step,
  type StepFunction,
  step,
  WorkflowPrimitive,
} from './primitive.ts';
