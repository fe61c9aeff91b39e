import { describe, expect, it } from 'vitest';
import { agreement } from './agreement.ts';
import type { CascadeOptions } from './cascade-options.ts';
import { CascadePrimitive } from './cascade-primitive.ts';
import { QualityWatch } from './quality-watch.ts';

const SETTINGS = { state: 'unknown', target: 0.98, checkEvery: 1, isGraded: false, isWatched: true } as const;

/** After how many checks the alarm comes if one in so many differs; undefined if it does not come within 5,000. */
function alarmAfter(oneIn: number, settings: Partial<ConstructorParameters<typeof QualityWatch>[0]> = {}, lost = 1) {
  const watch = new QualityWatch({ ...SETTINGS, ...settings });
  for (let check = 1; check <= 5_000; check += 1) {
    watch.wantsCheck(true);
    const isDiffering = check % oneIn === 0;
    if (watch.observe(isDiffering ? lost : 0, isDiffering)) return check;
  }
  return undefined;
}

describe('the watch over the quality of a cascade', () => {
  it('raises the alarm if more answers differ than the target allows, the sooner the more do', () => {
    expect(alarmAfter(5)).toBeLessThan(50);
    expect(alarmAfter(15)).toBeLessThan(300);
  });

  it('raises none while no more are lost than the target allows', () => {
    expect(alarmAfter(60)).toBeUndefined();
    expect(alarmAfter(15, { target: 0.9 })).toBeUndefined();
  });

  it('allows as many besides as graded rows have shown to do no harm, unless the losses are counted', () => {
    expect(alarmAfter(15, { differing: 0.06 })).toBeUndefined();
    expect(alarmAfter(5, { differing: 0.06 })).toBeLessThan(100);
    expect(alarmAfter(5, { differing: 0.5, isGraded: true })).toBeLessThan(500);
  });

  it('goes on while the quality is shown, if it is watched', () => {
    expect(alarmAfter(5, { state: 'shown' })).toBeLessThan(50);
    const watch = new QualityWatch({ ...SETTINGS, state: 'shown', isWatched: false });
    expect(watch.wantsCheck(true)).toBe(false);
  });

  it('counts what is lost where answers that differ are graded', () => {
    expect(alarmAfter(5, { isGraded: true }, 0)).toBeUndefined();
    expect(alarmAfter(5, { isGraded: true })).toBeLessThan(500);
  });

  it('allows accepted answers to lose more if few requests are accepted', () => {
    const watch = new QualityWatch(SETTINGS);
    const alarms = Array.from({ length: 2_000 }, (_, check) => {
      for (let refused = 0; refused < 3; refused += 1) watch.wantsCheck(false);
      watch.wantsCheck(true);
      return watch.observe(Number(check % 15 === 0), check % 15 === 0); // 6.7 % of a quarter is less than 2 % of all
    });
    expect(alarms).not.toContain(true);
  });
});

describe('an agreement cascade of unknown quality', () => {
  const answerOf = (text: string) => (_question: string) => text;
  const cascadeOf = (cheap: string, last: string | (() => string), options: CascadeOptions<string, string> = {}) =>
    new CascadePrimitive<string, string>(
      {
        cheap: agreement<string, string>({ one: answerOf(cheap), other: answerOf(cheap) }, ({ text }) => text),
        large: typeof last === 'string' ? answerOf(last) : last,
      },
      { checkEvery: 10, ...options },
    );
  const given = async (cascade: ReturnType<typeof cascadeOf>, requests: number): Promise<readonly string[]> => {
    const answers: string[] = [];
    for (let request = 0; request < requests; request += 1) answers.push(await cascade.execute(`question ${request}`));
    return answers;
  };

  it('says so, and asks the last stage too about one accepted answer in so many, whose answer is then given', async () => {
    const cascade = cascadeOf('4', '4.0');
    expect(await given(cascade, 25)).toEqual(Array.from({ length: 25 }, (_, at) => (at % 10 === 9 ? '4.0' : '4')));
    expect(cascade.getStats()).toMatchObject({
      quality: { state: 'unknown', checks: 2, differing: 0 },
      outcomes: { accepted: 23, escalated: 2 },
    });
    expect(String(cascade)).toContain('quality unknown');
  });

  it('switches itself off once the answers differ too often, and stays off', async () => {
    const cascade = cascadeOf('4', '5');
    await given(cascade, 200);
    const { quality, isEnabled, outcomes } = cascade.getStats();
    expect(quality.state).toBe('lost');
    expect(quality.differing).toBe(quality.checks);
    expect(isEnabled).toBe(false);
    expect(outcomes.switched_off).toBeGreaterThan(100);
    expect((await given(cascade, 30)).every((answer) => answer === '5')).toBe(true);
  });

  it('grades answers that differ, and stays on if the cheap ones are as good', async () => {
    const graded: string[] = [];
    const cascade = cascadeOf('4', '5', {
      grade: (answer, last) => {
        graded.push(`${answer.stage} ${answer.text}, ${last.stage} ${last.text}`);
        return { answer: 1, last: 0.5 };
      },
    });
    await given(cascade, 1_000);
    expect(cascade.getStats()).toMatchObject({ quality: { state: 'unknown', checks: 100 }, isEnabled: true });
    expect(new Set(graded)).toEqual(new Set(['cheap 4, large 5']));
  });

  it('counts no check that cannot be graded, whatever the grader does', async () => {
    for (const grade of [
      () => undefined,
      () => Promise.reject(new Error('no judge')),
      () => ({ answer: 7, last: 1 }),
    ]) {
      const cascade = cascadeOf('4', '5', { grade });
      await given(cascade, 100);
      expect(cascade.getStats()).toMatchObject({ quality: { checks: 0 }, isEnabled: true });
    }
  });

  it('gives the accepted answer if the last stage fails', async () => {
    const cascade = cascadeOf('4', () => {
      throw new Error('overloaded');
    });
    expect(new Set(await given(cascade, 30))).toEqual(new Set(['4']));
    expect(cascade.getStats()).toMatchObject({ quality: { checks: 0 }, outcomes: { accepted: 30 } });
  });

  it('checks nothing if graded rows show its quality', async () => {
    const cascade = cascadeOf('4', '5', { quality: 'shown' });
    await given(cascade, 100);
    expect(cascade.getStats()).toMatchObject({ quality: { state: 'shown', checks: 0 }, outcomes: { accepted: 100 } });
    expect(String(cascade)).not.toContain('quality');
  });

  it('does not hold the cheap stages to have lost money on an answer that was checked', async () => {
    const priced = (text: string, outputTokens: number) => (_question: string) => ({
      model: 'm',
      choices: [{ message: { content: text }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: outputTokens },
    });
    const price = (usd: number) => ({ inputPerMillionUsd: usd, outputPerMillionUsd: usd });
    const cheap = { step: priced('4', 10), price: price(1) };
    const cascade = new CascadePrimitive<string, unknown>(
      {
        cheap: agreement({ one: cheap, other: cheap }, ({ text }) => text),
        large: { step: priced('4', 10), price: price(3) },
      },
      { checkEvery: 1, minRequests: 5 },
    );
    for (let request = 0; request < 50; request += 1) await cascade.execute('x');
    const { isEnabled, costSavingsUsd, outcomes } = cascade.getStats();
    expect({ isEnabled, escalated: outcomes.escalated }).toEqual({ isEnabled: true, escalated: 50 });
    expect(costSavingsUsd).toBeCloseTo(-50 * 2 * 20e-6, 12); // what was really saved
  });
});
