import type { ComponentChildren, VNode } from 'preact';
import { countText } from '../format/count.ts';
import { durationExact, durationParts, durationText } from '../format/duration.ts';
import { grouped } from '../format/grouped.ts';
import { moneyExact, moneyInColumn, moneyText, type Usd } from '../format/money.ts';
import { shareExact, shareText } from '../format/share.ts';
import { type Content, DASH, Inline } from './content.tsx';

/** Why a figure is missing, where a reader would ask. */
const NO_PRICE = 'No price is known for this model; it is in no sum';
const NOT_MEASURED = 'Was not measured';

type Known = number | null | undefined;

/** An amount that stands alone. The exact one is in the tooltip. */
export function Money({ usd }: { readonly usd: Usd }): VNode {
  return <Inline {...contentOf(usd, NO_PRICE, moneyText, moneyExact)} />;
}

/** An amount in a column of so many decimals: zeros that only hold the place are grey. */
export function moneyContent(usd: Usd, decimals = 5): Content {
  return contentOf(usd, NO_PRICE, (amount) => columnMoney(amount, decimals), moneyExact);
}

function columnMoney(usd: number, decimals: number): VNode {
  const { lead, digits } = moneyInColumn(usd, decimals);
  return (
    <>
      <span class="muted">{lead}</span>
      {digits}
    </>
  );
}

export function ColumnMoney({ usd, decimals }: { readonly usd: Usd; readonly decimals?: number }): VNode {
  return <Inline {...moneyContent(usd, decimals)} />;
}

/** A time in running text or in a table. */
export function durationContent(ms: Known): Content {
  return contentOf(ms, NOT_MEASURED, durationText, durationExact);
}

export function Duration({ ms }: { readonly ms: Known }): VNode {
  return <Inline {...durationContent(ms)} />;
}

/** A time as a large figure: its units are smaller and grey. */
export function DurationFigure({ ms }: { readonly ms: Known }): VNode {
  return <Inline {...contentOf(ms, NOT_MEASURED, largeDuration, durationExact)} />;
}

function largeDuration(ms: number): VNode[] {
  return durationParts(ms).map(({ value, unit }) => (
    <span key={unit}>
      {value}
      <span class="unit">{unit}</span>{' '}
    </span>
  ));
}

export function countContent(of: Known): Content {
  return contentOf(of, 'Was not counted', countText, grouped);
}

export function Count({ of }: { readonly of: Known }): VNode {
  return <Inline {...countContent(of)} />;
}

export function Share({ of, decimals = 1 }: { readonly of: Known; readonly decimals?: 0 | 1 }): VNode {
  return <Inline {...contentOf(of, NOT_MEASURED, (share) => shareText(share, decimals), shareExact)} />;
}

/** A dash for what does not apply, a word for what is not known, and why it is not. */
function contentOf(
  value: Known,
  why: string,
  textOf: (value: number) => ComponentChildren,
  exactOf: (value: number) => string,
): Content {
  if (value === undefined) return DASH;
  if (value === null) return { text: 'unknown', title: why, look: 'muted unknown' };
  return { text: textOf(value), title: exactOf(value) };
}
