import type { VNode } from 'preact';
import type { Overview } from '../../../../src/wire/index.ts';
import type { Layer } from '../../charts/layer.ts';
import { bucketName, stacked } from '../../charts/scale.ts';
import { sumOf, TimePlot, TipList } from '../../charts/time-plot.tsx';
import { moneyText } from '../../format/money.ts';
import { Name } from '../../parts/names.tsx';
import { Money } from '../../parts/numbers.tsx';
import { LegendItem, Mark, Panel } from '../../parts/panel.tsx';
import { routeColours } from '../../state/app-state.ts';
import { finished } from './latency-panel.tsx';

interface SpendPart {
  readonly name: string;
  readonly token: string;
  readonly usd: readonly number[];
  readonly totalUsd: number | null;
}

/** What was paid, stacked by route, and the baseline above it. */
export function SpendPanel({ overview }: { readonly overview: Overview }): VNode {
  const { buckets, spend } = overview;
  const parts = partsOf(spend.routes);
  const stacks = stacked(parts.map(({ usd }) => usd));
  const layers: Layer[] = [
    ...parts.map(
      ({ token }, at): Layer => ({ kind: 'bars', token, ...(stacks[at] as { low: number[]; high: number[] }) }),
    ),
    { kind: 'steps', token: '--ink-2', values: finished(spend.baselineUsd), width: 1.25, dash: [3, 2.5] },
  ];
  const title = `Spend per ${bucketName(buckets.stepMs)}`;
  return (
    <Panel
      title={title}
      place="span-7 full"
      legend={
        <>
          {parts.map(({ name, token, totalUsd }) => (
            <LegendItem key={name} mark={<Mark token={token} />} total={<Money usd={totalUsd} />}>
              <Name text={name} />
            </LegendItem>
          ))}
          <LegendItem mark={<i class="mark dashed" />} total={<Money usd={spend.totalBaselineUsd} />}>
            baseline
          </LegendItem>
        </>
      }
    >
      <TimePlot
        label={`${title}: ${parts.map(({ name, totalUsd }) => `${name} ${moneyText(totalUsd)}`).join(', ')}; baseline ${moneyText(spend.totalBaselineUsd)}`}
        {...{ buckets, layers }}
        height={216}
        left={44}
        tickText={axisMoney}
        tip={(first, last) => (
          <TipList
            parts={[
              ...parts.map(({ name, token, usd }) => ({
                mark: <Mark token={token} />,
                name: <Name text={name} />,
                value: moneyText(sumOf(usd, first, last)),
              })),
              {
                mark: <i class="mark dashed" />,
                name: 'baseline',
                value: moneyText(sumOf(spend.baselineUsd, first, last)),
              },
              savedPart(sumOf(spend.savedUsd, first, last)),
            ]}
          />
        )}
      />
    </Panel>
  );
}

function savedPart(usd: number) {
  return { name: 'saved', value: moneyText(usd), look: usd > 0 ? 'saved' : '' };
}

/** The most expensive route at the bottom; those that share a colour are one part. */
function partsOf(routes: Overview['spend']['routes']): readonly SpendPart[] {
  const known = routes.map(({ route, usd, totalUsd }) => ({
    name: route,
    token: routeColours.tokenOf(route),
    usd,
    totalUsd,
  }));
  const own = known.filter(({ name }) => !routeColours.isOther(name)).sort((a, b) => a.token.localeCompare(b.token));
  const others = known.filter(({ name }) => routeColours.isOther(name));
  if (others.length < 2) return [...own, ...others];
  return [
    ...own,
    {
      name: `${others.length} others`,
      token: '--route-0',
      usd: (others[0]?.usd ?? []).map((_, at) => others.reduce((sum, { usd }) => sum + (usd[at] ?? 0), 0)),
      totalUsd: others.reduce((sum, { totalUsd }) => sum + (totalUsd ?? 0), 0),
    },
  ];
}

/** As many decimals as the step of the axis has. */
function axisMoney(value: number, step: number): string {
  if (value === 0) return '$0';
  const decimals = Math.max(step >= 1 ? 0 : 2, Math.min(6, Math.ceil(-Math.log10(step) + (isHalf(step) ? 1 : 0))));
  return `$${value.toFixed(decimals)}`;
}

function isHalf(step: number): boolean {
  return /25$/.test(step.toPrecision(3).replace(/0+$/, ''));
}
