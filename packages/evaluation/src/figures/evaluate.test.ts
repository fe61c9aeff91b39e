import { describe, expect, it } from 'vitest';
import { handMade, inventedRows } from '../training/__fixtures__/graded.ts';
import { percentileInterval, resample } from './bootstrap.ts';
import { admitCascade, type CascadeRows, cascadeFigures, isWorthwhile } from './cascade.ts';
import { costMatchedControl } from './control.ts';
import { dominatedModels } from './dominated.ts';
import { histogramOf, populationStability } from './drift.ts';
import { evaluateRouters } from './evaluate.ts';
import { randomMixSaved } from './outcome.ts';

const column = (length: number, value: number): Float64Array => new Float64Array(length).fill(value);
const choicesOf = (rows: ReturnType<typeof inventedRows>) =>
  handMade(
    rows.map(({ cheap }) => cheap),
    rows.map(({ strong }) => strong),
  );

describe('routers that are measured side by side', () => {
  const [train, test] = [inventedRows(1_500, 1), inventedRows(600, 2)];
  const seeing = {
    router: 'seeing',
    calibrationScores: Float64Array.from(train, ({ isHard }) => Number(isHard)),
    scores: Float64Array.from(test, ({ isHard }) => Number(isHard)),
  };
  const measure = (seed: number) =>
    evaluateRouters(choicesOf(train), choicesOf(test), [seeing], { target: 0.95, seed, randomOrders: 300 });
  const figures = new Map(measure(1).map((one) => [one.router, one]));

  it('stand beside chance, the best static choice and an oracle', () => {
    expect([...figures.keys()]).toEqual(['seeing', 'random', 'best static', 'oracle']);
    expect(figures.get('random')?.apgr).toBeCloseTo(0.5, 1);
    expect(figures.get('best static')).toMatchObject({ apgr: null, saved98: 0 });
    expect(figures.get('seeing')?.apgrLow).toBeGreaterThan(figures.get('random')?.apgrHigh ?? 1);
    expect(figures.get('oracle')?.apgr).toBeGreaterThan(figures.get('seeing')?.apgr ?? 1);
    expect(figures.get('oracle')?.saved98).toBeGreaterThan(figures.get('seeing')?.saved98 ?? 100);
  });

  it('save at the target that was set, with intervals around each figure', () => {
    const { retained, retainedLow, retainedHigh, saved, savedLow, savedHigh } = figures.get('seeing')?.calibrated ?? {};
    expect(retainedHigh).toBeGreaterThan(95);
    expect(saved).toBeGreaterThan(35);
    expect(retainedLow).toBeLessThan(retained ?? 0);
    expect(savedLow).toBeLessThan(saved ?? 0);
    expect(savedHigh).toBeGreaterThan(saved ?? 100);
  });

  it('have the same figures for the same seed, and other intervals for another', () => {
    expect(measure(1)).toEqual([...figures.values()]);
    expect(measure(2)[0]?.apgrLow).not.toBe(figures.get('seeing')?.apgrLow);
  });

  it('have no APGR where the models may be equally good', () => {
    const equal = { ...choicesOf(test), strongQuality: choicesOf(test).cheapQuality.toReversed() };
    const [first] = evaluateRouters(equal, equal, [{ ...seeing, calibrationScores: seeing.scores }], {
      target: 0.95,
      seed: 1,
    });
    expect(first).toMatchObject({ apgr: null, apgrLow: null, apgrHigh: null });
  });

  describe('by folds', () => {
    const choices = choicesOf(test);
    const alternate = Int32Array.from(test.keys(), (row) => row % 2);
    const measured = (scores: Float64Array, more: { readonly folds?: Int32Array; readonly sent?: Uint8Array }) => {
      const { sent, ...rest } = more;
      const router = { router: 'one', scores, calibrationScores: scores, sent };
      const figures = evaluateRouters(choices, choices, [router], { target: 0.85, seed: 1, randomOrders: 10, ...rest });
      return figures[0]?.calibrated;
    };

    it('have thresholds that are chosen on the rows of the other folds', () => {
      const byFold = measured(seeing.scores, { folds: alternate });
      expect(byFold).toMatchObject({ isAdmitted: true });
      expect(byFold?.saved).toBeCloseTo(measured(seeing.scores, {})?.saved ?? 0, 0);
      // scores of one fold are far above those of the other, so that each fold is sent by the threshold of its counterpart
      const apart = Float64Array.from(seeing.scores, (score, row) => score + 10 * (row % 2));
      const share = alternate.reduce((sum, fold) => sum + fold, 0) / test.length;
      expect(measured(apart, { folds: alternate })?.saved).toBeCloseTo(100 * (1 - share - 0.1 * (1 - share)), 6);
    });

    it('decide as they did before where their decisions were fixed', () => {
      const sent = Uint8Array.from(test, ({ isHard }) => Number(isHard));
      const { saved } =
        measured(
          Float64Array.from(test, () => 0),
          { folds: alternate, sent },
        ) ?? {};
      const hard = test.filter(({ isHard }) => isHard).length / test.length;
      expect(saved).toBeCloseTo(100 * (1 - hard - 0.1 * (1 - hard)), 6);
    });
  });

  it('include a best static choice whose figures lie within their own intervals', () => {
    const equal = { ...choicesOf(test), strongQuality: choicesOf(test).cheapQuality };
    const figuresOf = (choices: typeof equal) =>
      evaluateRouters(choices, choices, [], { target: 0.95, seed: 1, randomOrders: 10 }).find(
        ({ router }) => router === 'best static',
      );
    expect(figuresOf(equal)).toMatchObject({ saved98: 90, saved98Low: 90, saved98High: 90 });
    expect(figuresOf(choicesOf(test))).toMatchObject({ saved98: 0, saved98Low: 0, saved98High: 0 });
  });

  it('are off, and pay nothing for cheap calls, where cheap calls cost more than they save', () => {
    const dear = (rows: typeof test) => {
      const choices = choicesOf(rows);
      return { ...choices, cheapCost: column(rows.length, 9), strongCost: column(rows.length, 19) };
    };
    const [first] = evaluateRouters(
      choicesOf(train),
      choicesOf(test),
      [{ ...seeing, calibrationChoices: dear(train), choices: dear(test) }],
      { target: 0.95, seed: 1 },
    );
    expect(first?.calibrated).toMatchObject({ isAdmitted: false, saved: 0, retained: 100 });
    expect(first?.saved98).toBeLessThan(0);
  });
});

describe('a bootstrap', () => {
  it('draws as many rows as there are, the same for the same seed', () => {
    const drawn: number[][] = [];
    resample(20, 3, (counts) => drawn.push([...counts]), 5);
    const again: number[][] = [];
    resample(20, 3, (counts) => again.push([...counts]), 5);
    expect(again).toEqual(drawn);
    for (const counts of drawn) expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  it('has an interval between the 2.5th and the 97.5th percentile', () => {
    expect(percentileInterval(Array.from({ length: 1_001 }, (_, index) => index))).toEqual({ low: 25, high: 975 });
    expect(percentileInterval([null, 1])).toEqual({ low: null, high: null });
  });
});

describe('a cascade of two cheap answers', () => {
  const n = 100;
  const agrees = Uint8Array.from({ length: n }, (_, row) => (row < 80 ? 1 : 0));
  const rows: CascadeRows = {
    first: { quality: Float64Array.from(agrees), cost: column(n, 1) },
    second: { quality: column(n, 1), cost: column(n, 1) },
    strong: { quality: column(n, 1), cost: column(n, 20) },
    agrees,
  };

  it('saves what agreement saves of the strong calls, less the cheap ones', () => {
    const figures = cascadeFigures(rows, isWorthwhile(rows), 1);
    expect(figures).toMatchObject({ n: 100, agreement: 80, retained: 100, randomMixSaved: 0, enabled: true });
    expect(figures.saved).toBeCloseTo(80 - 10, 10);
    expect(figures.savedLow).toBeLessThan(70);
    expect(figures.savedHigh).toBeGreaterThan(70);
  });

  it('is off where the cheap calls cost a larger share than agree', () => {
    const dear = { ...rows, second: { ...rows.second, cost: column(n, 16) } };
    expect(isWorthwhile(rows)).toBe(true);
    expect(isWorthwhile(dear)).toBe(false);
    expect(cascadeFigures(dear, false, 1)).toMatchObject({ saved: 0, retained: 100, enabled: false });
    expect(isWorthwhile({ ...rows, strong: { ...rows.strong, cost: column(n, Number.NaN) } })).toBe(false);
  });

  it('counts what the strong model costs where they agree, not how often they do', () => {
    const many = 400;
    const even = Uint8Array.from({ length: many }, (_, row) => (row % 5 < 3 ? 1 : 0));
    const cost = Float64Array.from(even, (agree) => (agree === 1 ? 4 : 34));
    const flat = column(many, 2.5);
    const cheapWhereAgreed: CascadeRows = {
      first: { quality: column(many, 1), cost: flat },
      second: { quality: column(many, 1), cost: flat },
      strong: { quality: column(many, 1), cost },
      agrees: even,
    };
    // the cheap calls cost 5 of 16 on average, and 60 % agree; but of a mean of 16 only 2.4 is spared
    expect(isWorthwhile(cheapWhereAgreed)).toBe(false);
    expect(isWorthwhile({ ...cheapWhereAgreed, strong: { quality: column(many, 1), cost: column(many, 16) } })).toBe(
      true,
    );
  });

  it('is admitted by what graded rows show of its quality and of its saving', () => {
    const of = (many: number, lost: number): CascadeRows => ({
      first: { quality: Float64Array.from({ length: many }, (_, row) => (row < lost ? 0 : 1)), cost: column(many, 1) },
      second: { quality: column(many, 1), cost: column(many, 1) },
      strong: { quality: column(many, 1), cost: column(many, 20) },
      agrees: new Uint8Array(many).fill(1),
    });
    const admitted = admitCascade(of(1_000, 5), { target: 0.98 });
    expect(admitted).toMatchObject({ isAdmitted: true, refusal: undefined });
    expect(admitted.keptLow).toBeGreaterThanOrEqual(98);
    expect(admitted.keptLow).toBeLessThan(99.5);
    expect(admitted.savedLow).toBeGreaterThan(0);
    expect(admitted.savedLow).toBeLessThan(90);
    expect(admitCascade(of(1_000, 60), { target: 0.98 })).toMatchObject({ isAdmitted: false, refusal: 'quality' });
    expect(admitCascade(of(100, 0), { target: 0.98 })).toMatchObject({ isAdmitted: false, refusal: 'too_few_rows' });
    const dear = { ...of(1_000, 5), second: { quality: column(1_000, 1), cost: column(1_000, 20) } };
    expect(admitCascade(dear, { target: 0.98 })).toMatchObject({
      isAdmitted: false,
      refusal: 'saving',
      savedLow: null,
    });
  });

  it('that is asked on some rows only pays for cheap calls there only', () => {
    const asked = Uint8Array.from(agrees, (_, row) => (row < 50 ? 1 : 0));
    expect(cascadeFigures(rows, true, 1, asked).saved).toBeCloseTo(50 - 5, 10);
  });
});

describe('the cost-matched control', () => {
  const rows = inventedRows(800, 5);
  const choices = choicesOf(rows);

  it('sees decisions that beat chance at the same spend, and those that do not', () => {
    const seeing = Uint8Array.from(rows, ({ isHard }) => Number(isHard));
    const blind = Uint8Array.from(rows, (_, row) => row % 2);
    expect(costMatchedControl(choices, seeing, 1)).toMatchObject({ beatsChance: true });
    expect(costMatchedControl(choices, blind, 1)).toMatchObject({ beatsChance: false });
    expect(Math.abs(costMatchedControl(choices, new Uint8Array(800), 1).lift)).toBeLessThan(1e-9);
  });

  it('throws its coin before any call, where a cascade pays for a cheap one first', () => {
    const seeing = Uint8Array.from(rows, ({ isHard }) => Number(isHard));
    const cascade = (cheapCost: number) => ({
      ...choices,
      cheapCost: column(800, cheapCost),
      strongCost: choices.strongCost.map((cost) => cost + cheapCost),
    });
    const coin = (cheapCost: number) => ({ ...choices, cheapCost: column(800, cheapCost) });
    expect(costMatchedControl(cascade(1), seeing, 1, coin(1))).toMatchObject({ beatsChance: true });
    expect(costMatchedControl(cascade(6), seeing, 1)).toMatchObject({ beatsChance: true });
    expect(costMatchedControl(cascade(6), seeing, 1, coin(6))).toMatchObject({ beatsChance: false });
    const everything = costMatchedControl(cascade(6), new Uint8Array(800).fill(1), 1, coin(6));
    expect(Math.abs(everything.lift)).toBeLessThan(1e-9); // a coin does not buy more than the strong model everywhere
  });
});

describe('a dominated model', () => {
  it('is worse with confidence, and not cheaper', () => {
    const [n, half] = [400, Float64Array.from({ length: 400 }, (_, row) => row % 2)];
    const calls = {
      worse: { quality: half, cost: column(n, 5) },
      better: { quality: column(n, 1), cost: column(n, 1) },
      dear: { quality: column(n, 1), cost: column(n, 50) },
    };
    expect(dominatedModels(calls)).toEqual([
      expect.objectContaining({ model: 'worse', by: 'better', better: 50, costShare: 20 }),
    ]);
  });

  it('is not one whose cost is unknown', () => {
    const calls = {
      worse: { quality: column(9, 0), cost: column(9, Number.NaN) },
      better: { quality: column(9, 1), cost: column(9, 1) },
    };
    expect(dominatedModels(calls)).toEqual([]);
  });
});

describe('the drift of scores', () => {
  it('is nothing for the same scores, and large for others', () => {
    const scores = Float64Array.from({ length: 1_000 }, (_, index) => index / 1_000);
    const histogram = histogramOf(scores);
    expect(histogram.shares).toEqual(Array(10).fill(0.1));
    expect(populationStability(histogram, scores)).toBeCloseTo(0, 10);
    expect(
      populationStability(
        histogram,
        scores.map((score) => score / 2),
      ),
    ).toBeGreaterThan(0.25);
  });
});

describe('what a random mix saves at the same quality', () => {
  const choices = handMade([0, 0, 1, 1], [1, 1, 1, 1]); // 50 % and 100 % good; calls cost 1 and 10

  it.each([
    [75, 45],
    [100, 0],
    [50, 90],
    [40, 90],
    [101, 0],
  ])('with %d %% retained it is %d %%', (retained, saved) => {
    expect(randomMixSaved(choices, retained)).toBeCloseTo(saved, 10);
  });

  it('is nothing where the cheap model is the dearer one, whichever is better', () => {
    const swapped = (cheap: readonly number[], strong: readonly number[]) => {
      const { cheapCost, strongCost, ...qualities } = handMade(cheap, strong);
      return { ...qualities, cheapCost: strongCost, strongCost: cheapCost, baselineCost: cheapCost };
    };
    expect(randomMixSaved(swapped([0, 1], [1, 1]), 90)).toBe(0);
    expect(randomMixSaved(swapped([1, 1], [0, 1]), 90)).toBe(0);
  });
});
