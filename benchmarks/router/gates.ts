import type { NamedCascadeFigures } from './cascades.ts';
import type { PairFigures } from './pairs.ts';

/** Something that the figures must show. */
export interface Gate {
  readonly gate: string;
  readonly found: string;
  readonly isMet: boolean;
}

/** The rows on which the gates of a data set were set; figures of other rows meet them or not by chance. */
const DEV_ROWS: Readonly<Record<string, number>> = { routellm_mmlu: 3_547, mmlupro: 2_369, zeroeval_gsm: 254 };

/** The gates whose pairs and cascades were measured, on the split that they were set on. */
export function gatesFor(pairs: readonly PairFigures[], cascades: readonly NamedCascadeFigures[]): readonly Gate[] {
  const learned = (start: string, set: string): PairFigures | undefined =>
    pairs.find(({ pair, router, n }) => pair.startsWith(start) && router === 'learned' && n === DEV_ROWS[set]);
  const cascade = (name: string, set: string): NamedCascadeFigures | undefined =>
    cascades.find((one) => one.cascade === name && one.dataset === set && one.n === DEV_ROWS[set]);
  const [mmlu, gemini] = [learned('S1 ', 'routellm_mmlu'), learned('S3 ', 'mmlupro')];
  const gsm = cascade('gpt-4o-mini-2024-07-18 + gemini-1.5-flash -> gpt-4o-2024-08-06', 'zeroeval_gsm');
  const gates: Gate[] = [];
  if (mmlu) gates.push(atLeast('APGR of learned on routellm_mmlu', mmlu.apgr, 0.62));
  if (gemini) {
    gates.push(atLeast('APGR of learned on mmlupro gemini', gemini.apgr, 0.7));
    gates.push(atLeast('retained at 98 % on mmlupro gemini, upper bound', gemini.calibrated.retainedHigh, 98));
    gates.push(atLeast('saved at 98 % on mmlupro gemini', gemini.calibrated.saved, 25));
  }
  if (gsm) {
    gates.push(atLeast('saved by agreement on zeroeval_gsm', gsm.saved, 70));
    gates.push(atLeast('retained by agreement on zeroeval_gsm', gsm.retained, 99));
  }
  return [...gates, ...promiseGates(pairs, cascades), ...chanceGates(pairs)];
}

/** What is enabled was shown beforehand to keep its target and to save. */
function promiseGates(pairs: readonly PairFigures[], cascades: readonly NamedCascadeFigures[]): readonly Gate[] {
  const enabled = [
    ...pairs.flatMap(({ pair, router, certified }) =>
      certified.flatMap(({ isAdmitted, keptLow, savingLow, target }) =>
        isAdmitted ? [{ name: `${router} on ${pair}`, target, keptLow, savedLow: savingLow }] : [],
      ),
    ),
    ...cascades.flatMap(({ cascade, dataset, target, enabled, admission }) =>
      enabled ? [{ name: `${cascade} on ${dataset}`, target, ...admission }] : [],
    ),
  ];
  return enabled.map(({ name, target, keptLow, savedLow }) => ({
    gate: `${name}, enabled for ${target} %: lower bounds of quality at least that, and of saving at least 0`,
    found: `${keptLow?.toFixed(2)}, ${savedLow?.toFixed(2)}`,
    isMet: keptLow !== null && keptLow >= target - 1e-9 && savedLow !== null && savedLow >= 0,
  }));
}

function chanceGates(pairs: readonly PairFigures[]): readonly Gate[] {
  return pairs.flatMap(({ pair, router, apgr }) =>
    router !== 'random' || apgr === null
      ? []
      : [
          {
            gate: `APGR of random on ${pair}: 0.50 +- 0.01`,
            found: apgr.toFixed(3),
            isMet: Math.abs(apgr - 0.5) <= 0.01,
          },
        ],
  );
}

function atLeast(name: string, found: number | null, least: number): Gate {
  return {
    gate: `${name}: at least ${least}`,
    found: found === null ? 'undefined' : found.toFixed(3),
    isMet: found !== null && found >= least,
  };
}
