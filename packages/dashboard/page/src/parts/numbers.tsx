import type { VNode } from 'preact';
import { countText } from '../format/count.ts';
import { durationExact, durationParts, durationText } from '../format/duration.ts';
import { grouped } from '../format/grouped.ts';
import { moneyExact, moneyInColumn, moneyText, type Usd } from '../format/money.ts';
import { shareExact, shareText } from '../format/share.ts';

/** Why a figure is missing, where a reader would ask. */
const NO_PRICE = 'No price is known for this model; it is in no sum';

type Known = number | null | undefined;

/** An amount that stands alone. The exact one is in the tooltip. */
export function Money({ usd }: { readonly usd: Usd }): VNode {
  return missing(usd, NO_PRICE) ?? <span title={moneyExact(usd as number)}>{moneyText(usd)}</span>;
}

/** An amount in a column of so many decimals: zeros that only hold the place are grey. */
export function ColumnMoney({ usd, decimals = 5 }: { readonly usd: Usd; readonly decimals?: number }): VNode {
  const absent = missing(usd, NO_PRICE);
  if (absent !== undefined) return absent;
  const { lead, digits } = moneyInColumn(usd as number, decimals);
  return (
    <span title={moneyExact(usd as number)}>
      <span class="muted">{lead}</span>
      {digits}
    </span>
  );
}

/** A time in running text or in a table. */
export function Duration({ ms, why = 'Was not measured' }: { readonly ms: Known; readonly why?: string }): VNode {
  return missing(ms, why) ?? <span title={durationExact(ms as number)}>{durationText(ms)}</span>;
}

/** A time as a large figure: its units are smaller and grey. */
export function DurationFigure({ ms }: { readonly ms: Known }): VNode {
  const absent = missing(ms, 'Was not measured');
  if (absent !== undefined) return absent;
  return (
    <span title={durationExact(ms as number)}>
      {durationParts(ms as number).map(({ value, unit }) => (
        <span key={unit}>
          {value}
          <span class="unit">{unit}</span>{' '}
        </span>
      ))}
    </span>
  );
}

export function Count({ of }: { readonly of: Known }): VNode {
  return missing(of, 'Was not counted') ?? <span title={grouped(of as number)}>{countText(of)}</span>;
}

export function Share({ of, decimals = 1 }: { readonly of: Known; readonly decimals?: 0 | 1 }): VNode {
  return missing(of, 'Was not measured') ?? <span title={shareExact(of as number)}>{shareText(of, decimals)}</span>;
}

/** A dash for what does not apply, a word for what is not known. */
function missing(value: Known, why: string): VNode | undefined {
  if (value === undefined) return <span class="muted">–</span>;
  if (value !== null) return undefined;
  return (
    <span class="muted unknown" title={why}>
      unknown
    </span>
  );
}
