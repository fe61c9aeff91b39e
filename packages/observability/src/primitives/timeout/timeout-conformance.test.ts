import {
  type BreakerAdapter,
  type BreakerState,
  type GuardedWork,
  runCase,
  streamTimeoutCases,
  timeoutCases,
} from 'tta-conformance';
import { CircuitBreakerPrimitive, isCircuitOpenError, WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, test } from 'vitest';
import { ownStreamTimeout, ownTimeout } from './__fixtures__/conformance-adapters.ts';

const breaker: BreakerAdapter = {
  name: 'CircuitBreakerPrimitive',
  can: [],
  hasClock: true,
  create({ failureThreshold, recoveryMs, clock }) {
    const work = async (guarded: GuardedWork, { signal }: WorkflowContext): Promise<unknown> => guarded(signal);
    const primitive = new CircuitBreakerPrimitive(work, { failureThreshold, recoveryMs, clock });
    return {
      run: (guarded, { signal } = {}) => primitive.execute(guarded, new WorkflowContext({ clock, signal })),
      state: () => primitive.state as BreakerState,
    };
  },
  isOpen: isCircuitOpenError,
};

const timeout = ownTimeout(breaker);

describe('the timeout', () => {
  test.each(timeoutCases.map((rule) => [rule.id, rule.title, rule] as const))(
    '%s: it %s',
    async (_id, _title, rule) => {
      expect(await runCase(rule, timeout)).toMatchObject({ verdict: 'pass', detail: '' });
    },
    300_000, // longer than the longest limit of a case
  );
});

describe('the timeout of a stream', () => {
  test.each(streamTimeoutCases.map((rule) => [rule.id, rule.title, rule] as const))(
    '%s: it %s',
    async (_id, _title, rule) => {
      expect(await runCase(rule, ownStreamTimeout)).toMatchObject({ verdict: 'pass', detail: '' });
    },
  );
});

test('there is a case for every rule', () => {
  const ids = (letter: string, count: number, digits: number): string[] =>
    Array.from({ length: count }, (_, index) => `${letter}${String(index + 1).padStart(digits, '0')}`);
  expect(timeoutCases.map(({ id }) => id)).toEqual(ids('C', 51, 2));
  expect(streamTimeoutCases.map(({ id }) => id)).toEqual(ids('S', 11, 1));
});
