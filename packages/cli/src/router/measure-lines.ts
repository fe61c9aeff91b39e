import type { CostMatchedControl, DominatedModel } from 'tta-evaluation';
import { tableLines } from '../output/table.ts';
import { shown } from './figure.ts';
import type { MeasuredRouter } from './measure.ts';

/** What was measured of routers, for a person to read. */
export function curveTable(routers: readonly MeasuredRouter[]): readonly string[] {
  return tableLines({
    head: ['Router', 'APGR', 'CPT50 %', 'CPT80 %', 'saved at 95 %', 'saved at 98 %', 'saved at 99 %'],
    rows: routers.map((one) => [
      one.router,
      shown({ value: one.apgr, low: one.apgrLow, high: one.apgrHigh }, 3),
      shown({ value: one.cpt50, low: one.cpt50Low, high: one.cpt50High }),
      shown({ value: one.cpt80, low: one.cpt80Low, high: one.cpt80High }),
      shown({ value: one.saved95, low: one.saved95Low, high: one.saved95High }),
      shown({ value: one.saved98, low: one.saved98Low, high: one.saved98High }),
      shown({ value: one.saved99, low: one.saved99Low, high: one.saved99High }),
    ]),
  });
}

export function calibratedTable(routers: readonly MeasuredRouter[]): readonly string[] {
  return tableLines({
    head: ['Calibrated', 'retained %', 'saved %', 'random mix saves %'],
    rows: routers.map(({ router, calibrated, randomMixSaved: mix }) => {
      const { retained, retainedLow, retainedHigh, saved, savedLow, savedHigh } = calibrated;
      return [
        router,
        shown({ value: retained, low: retainedLow, high: retainedHigh }),
        shown({ value: saved, low: savedLow, high: savedHigh }),
        mix === null ? '-' : mix.toFixed(1),
      ];
    }),
  });
}

/** A sentence for each model that another one makes needless; of several such, the cheapest is named. */
export function dominatedNotes(dominated: readonly DominatedModel[]): readonly string[] {
  const cheapest = new Map<string, DominatedModel>();
  for (const one of dominated) {
    if (one.costShare < (cheapest.get(one.model)?.costShare ?? Infinity)) cheapest.set(one.model, one);
  }
  return [...cheapest.values()].map(
    ({ model, by, better, betterLow, betterHigh, costShare }) =>
      `${by} is better than ${model} by ${better.toFixed(1)} points [${betterLow.toFixed(1)}, ${betterHigh.toFixed(1)}] and costs ` +
      `${costShare.toFixed(0)} % of it: no router between the two beats ${by} alone.`,
  );
}

/** Whether answers are better than those of a coin that costs as much. */
export function controlLine({ lift, liftLow, liftHigh, beatsChance }: CostMatchedControl): string {
  const interval = `[${liftLow?.toFixed(1) ?? '-'}, ${liftHigh?.toFixed(1) ?? '-'}]`;
  return `At the same spend its answers are ${lift.toFixed(1)} points ${interval} better than those of a random mix: it ${beatsChance ? 'beats' : 'does not beat'} chance.`;
}
