import type { ComponentChildren, VNode } from 'preact';
import type { Period, Range } from '../../../src/wire/index.ts';
import { clock, go, range as shown, view } from '../state/app-state.ts';
import { RANGES } from '../state/view.ts';
import { Banners } from './banners.tsx';

const RANGE_WORDS: Readonly<Record<Range, string>> = {
  ...{ '1m': '1 min', '15m': '15 min', '1h': '1 h', '24h': '24 h', '7d': '7 d' },
};

export interface PageHeadProps {
  readonly title: string;
  readonly period: Period | undefined;
  readonly children?: ComponentChildren;
}

/** The title of a screen, the period with its time zone, the switch of the range, and what is wrong. */
export function PageHead({ title, period, children }: PageHeadProps): VNode {
  return (
    <>
      <div class="page-head">
        <h1>{title}</h1>
        {period === undefined ? null : (
          <span class="sub" title="Times are in the time zone of this browser">
            {clock.range(period.fromAtMs, period.toAtMs)}
          </span>
        )}
        <div class="push">
          {children}
          <RangeSwitch />
        </div>
      </div>
      <Banners />
    </>
  );
}

function RangeSwitch(): VNode {
  return (
    <fieldset class="segment" aria-label="Range">
      {RANGES.map((range) => (
        <button type="button" key={range} aria-pressed={shown.value === range} onClick={() => setRange(range)}>
          {RANGE_WORDS[range]}
        </button>
      ))}
    </fieldset>
  );
}

/** A brush lies within one range, so it goes with it. */
function setRange(range: Range): void {
  const { fromAtMs: _from, toAtMs: _to, ...query } = view.peek().query;
  go({ ...view.peek(), range, query });
}

/** How a screen names the range: "Last hour". */
export const RANGE_TITLES: Readonly<Record<Range, string>> = {
  ...{ '1m': 'Last minute', '15m': 'Last 15 min', '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days' },
};

/** How the period before the range is named. */
export const RANGE_BEFORE: Readonly<Record<Range, string>> = {
  ...{
    '1m': 'the minute before',
    '15m': 'the 15 minutes before',
    '1h': 'the hour before',
    '24h': 'the day before',
    '7d': 'the week before',
  },
};
