import { styleText } from 'node:util';
import type { CalibratedFigures } from 'tta-evaluation';
import type { NamedCascadeFigures } from './cascades.ts';
import type { Gate } from './gates.ts';
import type { PairFigures } from './pairs.ts';

export function printPairs(figures: readonly PairFigures[]): void {
  for (const pair of new Set(figures.map((one) => one.pair))) {
    const rows = figures.filter((one) => one.pair === pair);
    const [first] = rows;
    console.log(
      `\n${pair}: n ${first?.n}, cheap ${shown(first?.cheapAccuracy)} %, strong ${shown(first?.strongAccuracy)} %`,
    );
    console.log(
      line('', 'APGR', 'CPT50', 'CPT80', 'saved@95', 'saved@98', 'saved@99', 'calibrated: retained', 'saved'),
    );
    for (const { router, apgr, apgrLow, apgrHigh, cpt50, cpt80, saved95, saved98, saved99, calibrated } of rows) {
      const { retained, retainedLow, retainedHigh, saved } = calibrated;
      console.log(
        line(
          router,
          apgr === null ? '-' : `${apgr.toFixed(3)} [${apgrLow?.toFixed(2)}, ${apgrHigh?.toFixed(2)}]`,
          ...[cpt50, cpt80, saved95, saved98, saved99].map(shown),
          `${shown(retained)} [${shown(retainedLow)}, ${shown(retainedHigh)}]`,
          shown(saved),
        ),
      );
    }
    for (const { router, certified } of rows) for (const one of certified) printCertified(router, one);
  }
}

/** What the calibration rows show beforehand, and what came of it on the others. */
function printCertified(router: string, one: CalibratedFigures): void {
  if (!one.isAdmitted) {
    console.log(`  ${router} for ${shown(one.target)} %: refused`);
    return;
  }
  console.log(
    [
      `  ${router} for ${shown(one.target)} %: shown kept ${shown(one.keptLow)}, saved ${shown(one.savingLow)};`,
      `retained ${shown(one.retained)} [${shown(one.retainedLow)}, ${shown(one.retainedHigh)}],`,
      `saved ${shown(one.saved)} [${shown(one.savedLow)}, ${shown(one.savedHigh)}]`,
    ].join(' '),
  );
}

export function printCascades(figures: readonly NamedCascadeFigures[]): void {
  console.log('\nCascades: the first answer is accepted where the second one is equal (percent)');
  for (const one of figures) {
    console.log(
      [
        `${one.cascade} on ${one.dataset}: n ${one.n}, agree ${shown(one.agreement)},`,
        `retained ${shown(one.retained)} [${shown(one.retainedLow)}, ${shown(one.retainedHigh)}],`,
        `saved ${shown(one.saved)} [${shown(one.savedLow)}, ${shown(one.savedHigh)}],`,
        `random mix ${shown(one.randomMixSaved)};`,
        one.enabled
          ? `shown beforehand: kept ${shown(one.admission.keptLow)}, saved ${shown(one.admission.savedLow)}`
          : `off (${one.admission.refusal} not shown), or else: retained ${shown(one.unasked.retained)}, saved ${shown(one.unasked.saved)}`,
      ].join(' '),
    );
  }
}

export function printGates(gates: readonly Gate[]): void {
  console.log('\nGates');
  for (const { gate, found, isMet } of gates) {
    const text = `${isMet ? 'met   ' : 'MISSED'} ${gate} (${found})`;
    console.log(isMet ? text : styleText('red', text));
  }
}

function line(name: string, ...cells: readonly string[]): string {
  const widths = [21, 7, 7, 10, 10, 10, 24, 8];
  return name.padEnd(26) + cells.map((cell, index) => cell.padStart(widths[index] ?? 8)).join('');
}

function shown(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : value.toFixed(1).replace(/^-(0\.0)$/, '$1');
}
