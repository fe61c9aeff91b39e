import type { Ending } from '../ending.ts';
import type { FactName, Facts, StatedFact } from '../facts.ts';
import { type ExecutionIdentity, type Observer, registerObserver } from '../observer.ts';

/** One execution, as an observer saw it. */
export interface RecordedExecution extends ExecutionIdentity {
  /** Every fact in the order stated, late ones included. */
  readonly facts: readonly StatedFact[];
  /** Undefined while the output has not ended. */
  readonly ending: Ending | undefined;
}

export interface RecordingObserver extends Observer, Disposable {
  /** The executions in the order in which they started. */
  readonly executions: readonly RecordedExecution[];
  /** Every value stated under a name, in the order stated, over all executions. */
  factsOf<Name extends FactName>(name: Name): Facts[Name][];
  /** Stops recording. */
  stop(): void;
}

/**
 * Registers an observer that remembers everything, for tests of what a workflow states about itself.
 *
 * @example
 * ```ts
 * using recording = recordingObserver();
 * await workflow.execute(input);
 * expect(recording.factsOf('cache.outcome')).toEqual(['hit']);
 * ```
 */
export function recordingObserver(): RecordingObserver {
  const executions: { -readonly [Key in keyof RecordedExecution]: RecordedExecution[Key] }[] = [];
  const stated: StatedFact[] = [];
  const recording: RecordingObserver = {
    executions,
    factsOf<Name extends FactName>(name: Name): Facts[Name][] {
      return stated.filter((fact) => fact.name === name).map(({ value }) => value as Facts[Name]);
    },
    async observe(identity, run) {
      const facts: StatedFact[] = [];
      const execution = { ...identity, facts, ending: undefined as Ending | undefined };
      executions.push(execution);
      execution.ending = await run((name, value) => {
        const fact: StatedFact = { name, value };
        facts.push(fact);
        stated.push(fact);
      });
    },
    stop: () => unregister(),
    [Symbol.dispose]: () => unregister(),
  };
  const unregister = registerObserver(recording);
  return recording;
}
