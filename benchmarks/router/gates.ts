import type { NamedCascadeFigures } from './cascades.ts';
import type { PairFigures } from './pairs.ts';

/** Something that the figures must show. */
export interface Gate {
  readonly gate: string;
  readonly found: string;
  readonly isMet: boolean;
}

/** The gates whose pairs and cascades were measured. */
export function gatesFor(pairs: readonly PairFigures[], cascades: readonly NamedCascadeFigures[]): readonly Gate[] {
  const learned = (start: string): PairFigures | undefined =>
    pairs.find(({ pair, router }) => pair.startsWith(start) && router === 'learned');
  const cascade = (name: string, set: string): NamedCascadeFigures | undefined =>
    cascades.find((one) => one.cascade === name && one.dataset === set);
  const [mmlu, gemini] = [learned('S1 '), learned('S3 ')];
  const gsm = cascade('gpt-4o-mini-2024-07-18 + gemini-1.5-flash -> gpt-4o-2024-08-06', 'zeroeval_gsm');
  const llama = cascade('llama-3.1-8b + mixtral-8x7b -> llama-3.1-70b', 'mmlupro');
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
  if (llama) gates.push(atLeast('saved by the llama cascade', llama.saved, 0));
  for (const { pair, router, apgr } of pairs) {
    if (router !== 'random' || apgr === null) continue;
    gates.push({
      gate: `APGR of random on ${pair}: 0.50 +- 0.01`,
      found: apgr.toFixed(3),
      isMet: Math.abs(apgr - 0.5) <= 0.01,
    });
  }
  return gates;
}

function atLeast(name: string, found: number | null, least: number): Gate {
  return {
    gate: `${name}: at least ${least}`,
    found: found === null ? 'undefined' : found.toFixed(3),
    isMet: found !== null && found >= least,
  };
}
