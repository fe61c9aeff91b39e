import type { LedgerAmounts, LedgerTotals } from 'tta-observability-integration/llm';
import { percent, usd } from '../output/format.ts';
import type { Table } from '../output/table.ts';

/** A table with its title. */
export interface TitledTable extends Table {
  readonly title: string;
}

/** How many rows a table shows. */
const ROWS = 12;

/** Where the money went: by cause, and by route, model, tenant and tag; tables without rows are left out. */
export function tablesOf(totals: LedgerTotals): readonly TitledTable[] {
  const { savedByCause, wastedByCause, byRoute, byModel, byTenant, byTag } = totals;
  return [
    causes('Saved', savedByCause),
    causes('Wasted', wastedByCause),
    groups('Route', byRoute),
    models(byModel),
    groups('Tenant', byTenant),
    groups('Tag', byTag),
  ].filter(({ rows }) => rows.length > 0);
}

/** The largest first; names of users in one line, and not without end. */
function sorted<T>(record: Readonly<Record<string, T>>, amountOf: (value: T) => number): readonly [string, T][] {
  return Object.entries(record)
    .toSorted(([, a], [, b]) => Math.abs(amountOf(b)) - Math.abs(amountOf(a)))
    .slice(0, ROWS)
    .map(([name, value]) => [shortened(name), value]);
}

function causes(title: string, amounts: Readonly<Record<string, number>>): TitledTable {
  const rows = sorted(amounts, (amount) => amount).map(([cause, amount]) => [cause, usd(amount)]);
  return { title, head: [title, 'USD'], rows };
}

function groups(title: string, byName: Readonly<Record<string, LedgerAmounts>>): TitledTable {
  const rows = sorted(byName, ({ baselineUsd }) => baselineUsd).map(([name, amounts]) => {
    const { requests, spendUsd, baselineUsd, savedUsd, wastedUsd, unpriced } = amounts;
    const figures = [usd(spendUsd), usd(baselineUsd), usd(savedUsd), percent(savedUsd / baselineUsd), usd(wastedUsd)];
    return [name, String(requests), ...figures, String(unpriced)];
  });
  const head = [title, 'Requests', 'Spend', 'Baseline', 'Saved', 'of it', 'Wasted', 'Unpriced'];
  const isTrivial = rows.length === 1 && rows[0]?.[0] === '_none';
  return { title, head, rows: isTrivial ? [] : rows };
}

function models(byModel: Readonly<Record<string, LedgerAmounts>>): TitledTable {
  const rows = sorted(byModel, ({ spendUsd }) => spendUsd).map(([name, { requests, spendUsd, wastedUsd }]) => [
    name,
    String(requests),
    usd(spendUsd),
    usd(wastedUsd),
  ]);
  return { title: 'Model', head: ['Model', 'Requests', 'Spend', 'Wasted'], rows };
}

function shortened(name: string): string {
  const line = name.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > 48 ? `${line.slice(0, 47)}…` : line;
}
