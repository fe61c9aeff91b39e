import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { type Answer, answerOf, LARGE_USD, large, MINI_USD, mini } from './__fixtures__/models.ts';
import { ShadowPrimitive } from './shadow-primitive.ts';

const LARGE = { model: 'gpt-4o', provider: 'openai' };

/** A shadow around a step that always gives one text of the small model, with a baseline of another. */
const shadowOf = (
  baseline: (prompt: string) => unknown,
  options: object = {},
  step: (prompt: string) => unknown = mini('Paris'),
) => new ShadowPrimitive<string, unknown>(step, { baseline: { step: baseline, ...LARGE }, share: 1, ...options });

const textOf = (output: unknown): string | undefined => (output as Answer).choices[0]?.message.content;

async function run(shadow: ShadowPrimitive<string, unknown>, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await shadow.execute(`question ${time}`).catch(() => {});
    await shadow.settled();
  }
}

describe('a shadow', () => {
  it('gives the answer of the step, and compares it with that of the baseline afterwards', async () => {
    using recording = recordingObserver();
    const asked: string[] = [];
    const shadow = shadowOf((prompt) => {
      asked.push(prompt);
      return large('paris')(prompt);
    });
    expect(textOf(await shadow.execute('Capital of France?'))).toBe('Paris');
    expect(asked).toEqual([]);
    await shadow.settled();
    expect(asked).toEqual(['Capital of France?']);
    const stats = shadow.getStats();
    expect(stats).toMatchObject({ total: 1, outcomes: { compared: 1 }, pending: 0, comparisons: 1, unpriced: 0 });
    expect(stats.shadowCostUsd).toBeCloseTo(LARGE_USD, 12);
    expect(stats.realisedSavingUsd).toBeCloseTo(LARGE_USD - MINI_USD, 12);
    expect(stats.realisedSavedShare).toBeCloseTo(1 - MINI_USD / LARGE_USD, 12);
    expect(recording.factsOf('shadow.qualities')).toEqual([{ answer: 1, baseline: 1 }]);
    expect(recording.factsOf('llm.usage')).toEqual([{ inputTokens: 1_000, outputTokens: 100 }]);
  });

  it('keeps losses: an answer that cost more than the baseline saves less than nothing', async () => {
    const shadow = new ShadowPrimitive<string, unknown>(large('x'), {
      baseline: { step: mini('x'), model: 'gpt-4o-mini' },
      share: 1,
    });
    await run(shadow, 1);
    expect(shadow.getStats().realisedSavingUsd).toBeCloseTo(MINI_USD - LARGE_USD, 12);
  });

  it('takes an answer of the baseline as its own baseline, and asks nobody', async () => {
    const shadow = shadowOf(
      () => {
        throw new Error('asked');
      },
      {},
      large('Paris'),
    );
    await run(shadow, 1);
    const { outcomes, retained, shadowCostUsd, realisedSavingUsd } = shadow.getStats();
    expect(outcomes.compared).toBe(1);
    expect(retained.share).toBe(1);
    expect([shadowCostUsd, realisedSavingUsd]).toEqual([0, 0]);
  });

  it('asks the cheap step where the answer came from the baseline, and counts what the caller got', async () => {
    const shadow = shadowOf(large('unasked'), { cheap: { step: mini('Lyon'), model: 'gpt-4o-mini' } }, large('Paris'));
    await run(shadow, 1);
    const { retained, shadowCostUsd, realisedSavingUsd } = shadow.getStats();
    expect(retained.share).toBe(1);
    expect(shadowCostUsd).toBeCloseTo(MINI_USD, 12);
    expect(realisedSavingUsd).toBe(0);
  });

  it('does not take another model of the same family for the baseline', async () => {
    const asked: string[] = [];
    const shadow = shadowOf((prompt) => {
      asked.push(prompt);
      return large('Paris')(prompt);
    });
    await run(shadow, 1); // gpt-4o-mini begins with gpt-4o
    expect(asked).toHaveLength(1);
  });

  it('follows a stream at the pace of its reader, and compares its whole text', async () => {
    const pulled: string[] = [];
    const compared: unknown[] = [];
    const shadow = shadowOf(
      large('Paris'),
      { agree: (one: string, other: string) => compared.push([one, other]) > 0 },
      async function* () {
        for (const content of ['Pa', 'ris']) {
          pulled.push(content);
          yield { object: 'chat.completion.chunk', model: 'gpt-4o-mini', choices: [{ index: 0, delta: { content } }] };
        }
      } as never,
    );
    const stream = (await shadow.execute('x')) as AsyncIterable<unknown>;
    expect(pulled).toEqual([]);
    for await (const _chunk of stream) expect(compared).toEqual([]);
    await shadow.settled();
    expect(compared).toEqual([['Paris', 'Paris']]);
  });

  it('compares nothing when a stream is left early, and when the step fails', async () => {
    const streaming = shadowOf(large('x'), {}, async function* () {
      yield 'a';
      yield 'b';
    } as never);
    for await (const _chunk of (await streaming.execute('x')) as AsyncIterable<unknown>) break;
    expect(streaming.getStats().outcomes.unanswered).toBe(1);
    const failing = shadowOf(large('x'), {}, () => {
      throw new Error('down');
    });
    await expect(failing.execute('x')).rejects.toThrow('down');
    expect(failing.getStats().outcomes.unanswered).toBe(1);
  });

  it('counts a baseline that fails, and one that cannot be graded, and no caller notices', async () => {
    const failing = shadowOf(() => Promise.reject(new Error('down')));
    await run(failing, 2);
    expect(failing.getStats().outcomes).toMatchObject({ failed: 2, compared: 0 });
    for (const grade of [() => Promise.reject(new Error('no')), () => ({ answer: 2, baseline: 1 }), () => undefined]) {
      const shadow = shadowOf(large('x'), { grade });
      await run(shadow, 1);
      expect(shadow.getStats()).toMatchObject({ outcomes: { ungraded: 1 }, comparisons: 0 });
    }
  });

  it('survives callbacks that throw or reject', async () => {
    for (const onCompared of [
      () => Promise.reject(new Error('no')),
      () => {
        throw new Error('no');
      },
    ]) {
      const shadow = shadowOf(large('x'), {
        onCompared,
        sampleBy: () => {
          throw new Error('no');
        },
      });
      await run(shadow, 1);
      expect(shadow.getStats().outcomes.compared).toBe(1);
    }
  });

  it('asks with a deadline and a cancellation of its own, and with a copy of the shared state', async () => {
    const clock = manualClock();
    const caller = new AbortController();
    let seen: WorkflowContext | undefined;
    const shadow = new ShadowPrimitive<string, unknown>(mini('x'), {
      baseline: (_prompt, context) => {
        seen = context;
        context.state.set('mine', 1);
        return new Promise(() => {});
      },
      share: 1,
      timeoutMs: 1_000,
    });
    const context = new WorkflowContext({ clock, signal: caller.signal, deadline: 10 });
    await shadow.execute('x', context);
    caller.abort();
    await clock.advance(999);
    expect(seen?.signal.aborted).toBe(false);
    expect(context.state.has('mine')).toBe(false);
    await clock.advance(1);
    expect(seen?.signal.aborted).toBe(true);
    expect(shadow.getStats().outcomes.failed).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps the place of a baseline that does not end, so that no more than maxPending run at once', async () => {
    const clock = manualClock();
    const shadow = shadowOf(() => new Promise(() => {}), { maxPending: 1, timeoutMs: 1_000 });
    for (let time = 0; time < 3; time += 1) {
      await shadow.execute('x', new WorkflowContext({ clock }));
      await clock.advance(2_000);
    }
    expect(shadow.getStats().outcomes).toMatchObject({ failed: 1, busy: 2 });
  });

  it('compares no more within a minute than it may', async () => {
    const clock = manualClock();
    const shadow = shadowOf(large('Paris'), { maxPerMinute: 2 });
    for (let time = 0; time < 5; time += 1) {
      await shadow.execute('x', new WorkflowContext({ clock }));
      await clock.advance(20_000);
    }
    expect(shadow.getStats().outcomes).toMatchObject({ compared: 4, rate_limited: 1 });
  });

  it('spends no more than its budget in a window', async () => {
    const clock = manualClock();
    const shadow = shadowOf(large('Paris'), { budgetUsd: 2.5 * LARGE_USD, budgetWindowMs: 60_000 });
    const ask = async () => {
      await shadow.execute('x', new WorkflowContext({ clock }));
      await clock.advance(0);
    };
    for (let time = 0; time < 5; time += 1) await ask();
    expect(shadow.getStats()).toMatchObject({ outcomes: { compared: 2, over_budget: 3 } });
    await clock.advance(60_000);
    await ask();
    expect(shadow.getStats().outcomes.compared).toBe(3);
  });

  it('reserves what is under way, so that many at once spend no more than the budget either', async () => {
    const clock = manualClock();
    const slow = (prompt: string, { clock: { setTimer } }: WorkflowContext): Promise<Answer> =>
      new Promise((resolve) => setTimer(() => resolve(large('Paris')(prompt)), 100));
    const shadow = new ShadowPrimitive<string, unknown>(mini('Paris'), {
      baseline: { step: slow, ...LARGE },
      share: 1,
      maxPending: 10,
      budgetUsd: 3.5 * LARGE_USD,
    });
    const askFive = async () => {
      for (let time = 0; time < 5; time += 1) await shadow.execute('x', new WorkflowContext({ clock }));
      await clock.advance(100);
    };
    await askFive();
    expect(shadow.getStats().outcomes).toMatchObject({ compared: 1, busy: 4 }); // nothing was known of prices yet
    await askFive();
    expect(shadow.getStats().outcomes).toMatchObject({ compared: 3, over_budget: 3 });
  });

  it('charges grading to the budget', async () => {
    const shadow = shadowOf(large('x'), { budgetUsd: 0.1, grade: () => ({ answer: 1, baseline: 1, costUsd: 0.06 }) });
    await run(shadow, 2);
    expect(shadow.getStats().outcomes).toMatchObject({ compared: 1, over_budget: 1 });
    expect(shadow.getStats().shadowCostUsd).toBeCloseTo(0.06 + LARGE_USD, 12);
  });

  it('goes on with no budget that it cannot watch: an unknown price closes it', async () => {
    const shadow = new ShadowPrimitive<string, unknown>(mini('x'), { baseline: () => 'x', share: 1, budgetUsd: 1 });
    await run(shadow, 3);
    expect(shadow.getStats()).toMatchObject({
      outcomes: { compared: 1, over_budget: 2 },
      shadowUnpriced: 1,
      unpriced: 1,
    });
  });

  it('chooses the same slice for the same key and secret, in about the share that was asked for', async () => {
    const chosenBy = async (share: number, secret: string) => {
      const shadow = shadowOf(large('Paris'), {
        share,
        secret,
        sampleBy: (prompt: string) => prompt,
        maxPerMinute: 10_000,
      });
      const chosen: number[] = [];
      for (let time = 0; time < 500; time += 1) {
        const before = shadow.getStats().outcomes.not_chosen;
        await shadow.execute(`user ${time}`);
        if (shadow.getStats().outcomes.not_chosen === before) chosen.push(time);
      }
      await shadow.settled();
      return chosen;
    };
    const [first, again, larger, other] = [
      await chosenBy(0.1, 'a'),
      await chosenBy(0.1, 'a'),
      await chosenBy(0.2, 'a'),
      await chosenBy(0.1, 'b'),
    ];
    expect(again).toEqual(first);
    expect(first.length).toBeGreaterThan(25);
    expect(first.length).toBeLessThan(85);
    expect(larger).toEqual(expect.arrayContaining(first));
    expect(other).not.toEqual(first);
  });

  it('states no word of a request or an answer, and keeps none', async () => {
    using recording = recordingObserver();
    const shadow = new ShadowPrimitive<string, unknown>((prompt) => mini(`zebrafinch ${prompt}`)(prompt), {
      baseline: (prompt) => {
        if (prompt.endsWith('1')) throw new Error(`cannot answer ${prompt}`);
        return large(`zebrafinch ${prompt}`)(prompt);
      },
      share: 1,
    });
    await run(shadow, 2);
    await shadow.execute('a zebrafinch');
    await shadow.settled();
    const ours = recording.executions.filter(({ kind }) => kind === 'shadow').flatMap(({ facts }) => facts);
    expect(ours.length).toBeGreaterThan(10);
    expect(JSON.stringify([ours, shadow.getStats(), String(shadow)])).not.toMatch(/zebrafinch|question/);
  });

  it('accounts for every request once, whatever happens', async () => {
    const kinds = fc.constantFrom('good', 'bad', 'fails', 'down', 'ungraded', 'hangs');
    await fc.assert(
      fc.asyncProperty(
        fc.array(kinds, { maxLength: 40 }),
        fc.array(fc.nat(20_000), { maxLength: 40 }),
        async (all, gaps) => {
          using recording = recordingObserver();
          const clock = manualClock();
          let draws = 0;
          const shadow = new ShadowPrimitive<string, unknown>(
            (kind) => {
              if (kind === 'fails') throw new Error('failed');
              return answerOf(kind === 'ungraded' ? '' : 'yes', 'gpt-4o-mini');
            },
            {
              baseline: (kind) => {
                if (kind === 'down') throw new Error('down');
                if (kind === 'hangs') return new Promise(() => {});
                return answerOf(kind === 'good' ? 'yes' : 'no', 'gpt-4o');
              },
              agree: (one, other) => (one === '' ? undefined : one === other),
              random: () => ((draws += 1) % 4 === 0 ? 0.9 : 0.1),
              share: 0.5,
              maxPerMinute: 5,
              maxPending: 2,
              budgetUsd: 6 * LARGE_USD,
              timeoutMs: 5_000,
            },
          );
          for (const [index, kind] of all.entries()) {
            await shadow.execute(kind, new WorkflowContext({ clock })).catch(() => {});
            await clock.advance(gaps[index] ?? 0);
          }
          await clock.advance(10_000);
          const { total, outcomes, pending, shadowCostUsd, comparisons } = shadow.getStats();
          expect(total).toBe(all.length);
          expect(pending).toBe(0);
          expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(all.length);
          expect(recording.factsOf('shadow.outcome')).toHaveLength(all.length);
          expect(comparisons).toBe(outcomes.compared);
          expect(shadowCostUsd).toBeLessThanOrEqual(6 * LARGE_USD + 1e-12);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('refuses options that cannot be', () => {
    const make = (options: object) => () => new ShadowPrimitive(mini('x'), { baseline: large('x'), ...options });
    expect(make({ share: 2 })).toThrow(
      new RangeError('ShadowPrimitive: share must be a number at least 0 and at most 1, but it is 2'),
    );
    expect(make({ baseline: 1 })).toThrow('ShadowPrimitive: baseline must be a function or a primitive, but it is 1');
    expect(make({ cheap: {} })).toThrow('ShadowPrimitive: cheap.step must be a function or a primitive');
    expect(make({ grade: () => undefined, agree: () => true })).toThrow('grade and agree exclude each other');
    expect(make({ onCompared: 1 })).toThrow('ShadowPrimitive: onCompared must be a function');
    expect(make({ budgetUsd: 0 })).toThrow('ShadowPrimitive: budgetUsd must be a number above 0');
    expect(make({ minComparisons: 5_000 })).toThrow('ShadowPrimitive: minComparisons must be');
  });
});
