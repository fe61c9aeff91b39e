import { describe, expect, it } from 'vitest';
import type { Bench } from './bench.ts';
import type { ConformanceAdapter, ConformanceCase } from './conformance-case.ts';
import { runCase, runConformance } from './run-conformance.ts';

const adapter: ConformanceAdapter = { name: 'a peer', can: ['this'] };
const clocked: ConformanceAdapter = { name: 'ours', can: [], hasClock: true };

function rule(
  run: (bench: Bench) => Promise<void>,
  more: Partial<ConformanceCase<ConformanceAdapter>> = {},
): ConformanceCase<ConformanceAdapter> {
  return { id: 'X1', title: 'holds', needs: [], run: (_adapter, bench) => run(bench), ...more };
}

const holds = rule(async () => {});

describe('a run of conformance cases', () => {
  it('passes an implementation that meets every expectation', async () => {
    expect(await runCase(holds, adapter)).toEqual({ id: 'X1', title: 'holds', verdict: 'pass', detail: '' });
  });

  it('fails one that does not, and says why in one line', async () => {
    const broken = rule(async (bench) => bench.expectAt(200, 50, 'rejected'));
    expect(await runCase(broken, adapter)).toMatchObject({
      verdict: 'fail',
      detail: 'rejected at 200 ms, expected at 50 ms',
    });
  });

  it.each([adapter, clocked])('is not hung by an implementation that hangs', async (hanging) => {
    const hangs = rule(() => new Promise(() => {}), { limitMs: 50 });
    const result = await runCase(hangs, hanging);
    expect(result.verdict).toBe('fail');
    expect(result.detail).toMatch(/^it hangs: no result within/);
  });

  it('sees by a moved clock what hangs, however long the case may take', async () => {
    const hangs = rule(() => new Promise(() => {}));
    expect(await runCase(hangs, clocked)).toMatchObject({ detail: 'it hangs: no result within 20000 ms' });
  });

  it('undoes what a case has set up, also one that hangs', async () => {
    let isUndone = false;
    const hangs = rule(
      async (bench) => {
        bench.defer(() => {
          isUndone = true;
        });
        await new Promise(() => {});
      },
      { limitMs: 20 },
    );
    await runCase(hangs, adapter);
    expect(isUndone).toBe(true);
  });

  it('does not put an implementation to a case that needs what it lacks', async () => {
    expect(
      await runCase(
        rule(async () => {}, { needs: ['this', 'that'] }),
        adapter,
      ),
    ).toMatchObject({
      verdict: 'not_applicable',
      detail: 'needs that',
    });
    expect(
      await runCase(
        rule(async () => {}, { time: 'virtual' }),
        adapter,
      ),
    ).toMatchObject({ detail: 'needs clock' });
  });

  it('moves the clock of an implementation that has one, unless the case needs real time', async () => {
    const sleeps = (more: Partial<ConformanceCase<ConformanceAdapter>>): ConformanceCase<ConformanceAdapter> =>
      rule(async (bench) => {
        await bench.sleep(bench.manual === undefined ? 10 : 5_000);
        expect(bench.manual === undefined).toBe(more.time === 'real');
      }, more);
    expect(await runCase(sleeps({}), clocked)).toMatchObject({ verdict: 'pass' });
    expect(await runCase(sleeps({ time: 'real' }), clocked)).toMatchObject({ verdict: 'pass' });
  });

  it('runs the cases one after the other, and reports each', async () => {
    const reported: string[] = [];
    const cases = ['X1', 'X2', 'X3'].map((id) => ({ ...holds, id }));
    const results = await runConformance(cases, adapter, {
      onResult: ({ id }) => void reported.push(id),
      only: ({ id }) => id !== 'X2',
    });
    expect(results.map(({ id }) => id)).toEqual(['X1', 'X3']);
    expect(reported).toEqual(['X1', 'X3']);
  });
});
