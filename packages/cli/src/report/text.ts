import { counted, percent, usd } from '../output/format.ts';
import type { Style } from '../output/io.ts';
import { savingStyle } from '../output/saving-style.ts';
import { tableLines } from '../output/table.ts';
import type { LedgerReport } from './ledger-report.ts';
import { tablesOf } from './tables.ts';

type Paint = (style: Style, text: string) => string;

/** The figures on top, by name. */
export function figuresOf({ totals }: LedgerReport): readonly (readonly [name: string, text: string])[] {
  const { requests, failed, spendUsd, baselineUsd, savedUsd, realisedUsd, estimatedUsd, wastedUsd, unpriced } = totals;
  return [
    ['Requests', `${requests}, ${failed} without an answer`],
    ['Spend', usd(spendUsd)],
    ['Baseline', `${usd(baselineUsd)}, had nothing been saved`],
    ['Saved', `${usd(savedUsd)}, ${percent(savedUsd / baselineUsd)} of the baseline`],
    ['  realised', `${usd(realisedUsd)}, by caches and shared calls`],
    ['  estimated', `${usd(estimatedUsd)}, by routers and cascades: the same tokens at the price of the baseline`],
    ['  measured', measuredText(totals.holdOut)],
    ['Wasted', `${usd(wastedUsd)}, on attempts whose answers no caller got`],
    ['Unpriced', `${counted(unpriced, 'amount')}, unknown and in no sum`],
  ];
}

/** The report as lines for a person to read. */
export function reportLines(report: LedgerReport, paint: Paint): readonly string[] {
  const { totals } = report;
  const style = savingStyle(totals.savedUsd, totals.requests, totals.failed);
  const figures = figuresOf(report).map(([name, text]) => {
    const line = `${name.padEnd(12)} ${text}`;
    return name === 'Saved' ? paint(style, line) : line;
  });
  const tables = tablesOf(totals).flatMap((table) => {
    const [head = '', ...rows] = tableLines(table);
    return ['', paint('bold', head), ...rows];
  });
  return [paint('bold', periodText(report)), '', ...figures, ...tables];
}

/** The report as markdown. */
export function markdownLines(report: LedgerReport): readonly string[] {
  const figures = figuresOf(report).map(([name, text]) => `| ${escaped(name.trim())} | ${escaped(text)} |`);
  const tables = tablesOf(report.totals).flatMap(({ title, head, rows }) => [
    '',
    `## ${title}`,
    '',
    row(head),
    row(head.map((_, column) => (column === 0 ? '---' : '--:'))),
    ...rows.map(row),
  ]);
  return ['# Savings', '', periodText(report), '', '| | |', '| --- | --- |', ...figures, ...tables];
}

/** When the requests of the report were made. */
export function periodText({ entries, fromMs, toMs }: LedgerReport): string {
  return `${counted(entries, 'request')} from ${instant(fromMs)} to ${instant(toMs)}`;
}

function measuredText(holdOut: LedgerReport['totals']['holdOut']): string {
  if (holdOut === undefined) return 'not measured; set holdOut of the ledger';
  const { savedUsd, interval, treated, heldOut, heldOutUsd } = holdOut;
  const groups = `${treated} requests against ${heldOut} that were held out for ${usd(heldOutUsd)}`;
  if (interval === undefined) return `not known yet: ${groups}, and each group needs 30`;
  return `${usd(savedUsd)}, ${usd(interval.low)} to ${usd(interval.high)} with 95 %: ${groups}`;
}

function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(' | ')} |`;
}

/** Names of users must not become markup. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#]/g, '\\$&');
}
