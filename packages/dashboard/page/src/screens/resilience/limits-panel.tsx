import type { VNode } from 'preact';
import type { LimitLine } from '../../../../src/wire/index.ts';
import { countText } from '../../format/count.ts';
import { durationText } from '../../format/duration.ts';
import { moneyText } from '../../format/money.ts';
import { Name } from '../../parts/names.tsx';
import { Nothing, Panel, TableFrame, Track } from '../../parts/panel.tsx';
import { clock, now } from '../../state/app-state.ts';
import { NEARLY_FULL } from './bulkheads-panel.tsx';

const MINUTE = 60_000;
const WINDOWS: Readonly<Record<number, string>> = {
  1000: 'second',
  [MINUTE]: 'minute',
  [60 * MINUTE]: 'hour',
  [1440 * MINUTE]: 'day',
};

/** What is used of what is allowed, for each tenant and key. */
export function LimitsPanel({ limits }: { readonly limits: readonly LimitLine[] }): VNode {
  return (
    <Panel title="Limits and budgets" note="used of what is allowed, in the current window" place="span-12">
      {limits.length === 0 ? (
        <Nothing height={80}>No limit or budget is set. A LimitPrimitive around a step fills this.</Nothing>
      ) : (
        <TableFrame label="Limits and budgets">
          <thead>
            <tr>
              <th>Who</th>
              <th>What</th>
              <th class="wide-only limit-bar">
                <span class="unseen">Used, as a bar</span>
              </th>
              <th class="num">Used</th>
              <th class="num wide-only">Allowed</th>
              <th class="num wide-only">Starts anew</th>
            </tr>
          </thead>
          <tbody>
            {limits.map((line) => (
              <Limit key={`${line.who}:${line.what}:${line.windowMs}`} line={line} />
            ))}
          </tbody>
        </TableFrame>
      )}
    </Panel>
  );
}

function Limit({ line }: { readonly line: LimitLine }): VNode {
  const { who, what, windowMs, used, allowed, startsAnewAtMs } = line;
  const part = used === null ? 0 : used / allowed;
  const isNear = part > NEARLY_FULL;
  const text = (amount: number | null): string => (what === 'spend' ? moneyText(amount) : amountText(amount));
  return (
    <tr>
      <td class="ink who">
        <Name text={who} />
      </td>
      <td>
        {what}
        {windowMs === undefined ? '' : `, ${WINDOWS[windowMs] ?? durationText(windowMs)}`}
      </td>
      <td class="wide-only grow">
        <Track part={part} token={isNear ? '--attention-fill' : '--time-fill'} />
      </td>
      <td class={isNear ? 'num attention' : 'num ink'}>
        {text(used)}
        <span class="muted narrow-only"> of {text(allowed)}</span>
      </td>
      <td class="num wide-only">{text(allowed)}</td>
      <td class="num muted wide-only">{anewText(startsAnewAtMs, windowMs)}</td>
    </tr>
  );
}

function amountText(amount: number | null): string {
  return amount !== null && amount < 10 && !Number.isInteger(amount) ? amount.toFixed(1) : countText(amount);
}

function anewText(at: number | undefined, windowMs: number | undefined): string {
  if (at === undefined) return windowMs === undefined ? '–' : 'sliding';
  const left = at - now.value;
  if (left <= 0) return 'now';
  if (left < 10 * MINUTE) return `in ${durationText(Math.max(1000, left))}`;
  return clock.edge(at, left < 1440 * MINUTE ? MINUTE : 1440 * MINUTE);
}
