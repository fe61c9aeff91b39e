import { sequence, step, WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { allOf } from '../apm/__fixtures__/stating-primitive.ts';
import { linesOf, telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';
import type { TelemetryLevel } from './spans/execution-span.ts';

const LEVELS: readonly TelemetryLevel[] = ['off', 'minimal', 'full'];

const one = step('one', async (value: number) => value + 1);
const two = sequence(one, one);

describe.each(LEVELS)('workflows, at the level %s', (level) => {
  it('are counted with their outcome, and the steps inside them are not', async () => {
    await using telemetry = await telemetryForTest({ level });
    await two.execute(1);
    await two.execute(1);
    const failing = sequence(
      one,
      step('broken', () => Promise.reject(new Error('no'))),
    );
    await expect(failing.execute(1)).rejects.toThrow('no');
    const lines = linesOf(await telemetry.handle.metricsText());
    expect(Object.fromEntries(lines)).toMatchObject({
      'workflow_executions_total{workflow="one > one",outcome="success"}': 2,
      'workflow_executions_total{workflow="one > one",outcome="error"}': 0,
      'workflow_executions_total{workflow="one > broken",outcome="error"}': 1,
      'workflow_seconds_count{workflow="one > one"}': 2,
      'workflow_in_flight{workflow="one > one"}': 0,
      'workflow_steps_total{kind="sequence",outcome="success"}': 2,
      'workflow_steps_total{kind="sequence",outcome="error"}': 1,
      'workflow_steps_total{kind="step",outcome="success"}': 5,
      'workflow_steps_total{kind="step",outcome="error"}': 1,
    });
    expect([...lines.keys()].filter((line) => line.includes('workflow="one"'))).toEqual([]);
  });

  it('are in flight until their output has really ended, and cancelled if their reader leaves', async () => {
    await using telemetry = await telemetryForTest({ level });
    const clock = manualClock();
    const stream = step('stream', async function* () {
      yield 1;
      await clock.advance(2_000);
      yield 2;
    });
    const chunks = await stream.execute(undefined, new WorkflowContext({ clock }));
    expect(await telemetry.read('workflow_in_flight{workflow="stream"}')).toBe(1);
    await allOf(chunks);
    expect(await telemetry.read('workflow_in_flight{workflow="stream"}')).toBe(0);
    expect(await telemetry.read('workflow_seconds_sum{workflow="stream"}')).toBe(2);
    const left = await stream.execute(undefined, new WorkflowContext({ clock }));
    for await (const _chunk of left) break;
    expect(await telemetry.read('workflow_executions_total{workflow="stream",outcome="cancelled"}')).toBe(1);
  });

  it('are capped by their names, and their kinds are too', async () => {
    await using telemetry = await telemetryForTest({ level, maxDimensionValues: 2 });
    for (const name of ['a', 'b', 'c', 'd']) await step(name, () => 1).execute(undefined);
    const lines = linesOf(await telemetry.handle.metricsText());
    expect(lines.get('workflow_executions_total{workflow="_other",outcome="success"}')).toBe(2);
    expect(lines.get('telemetry_overflow_total{dimension="workflow"}')).toBe(2);
  });
});
