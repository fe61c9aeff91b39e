import type { VNode } from 'preact';
import { PageHead, RANGE_TITLES } from '../../shell/page-head.tsx';
import { range, screens } from '../../state/app-state.ts';
import { Figures } from './figures.tsx';
import { Hero } from './hero.tsx';
import { LatencyPanel } from './latency-panel.tsx';
import { NewestPanel } from './newest-panel.tsx';
import { OutcomePanel } from './outcome-panel.tsx';
import { SpendPanel } from './spend-panel.tsx';

/** What it cost, what it saved, why it was slow, which model answered. */
export function OverviewScreen(): VNode {
  const overview = screens.value.overview;
  return (
    <>
      <PageHead title={RANGE_TITLES[range.value]} period={overview?.period} />
      {overview === undefined ? (
        <div class="stack still" />
      ) : (
        <div class="stack">
          <Hero saved={overview.saved} />
          <Figures figures={overview.figures} range={overview.range} />
          <div class="grid">
            <SpendPanel overview={overview} />
            <OutcomePanel overview={overview} />
            <LatencyPanel overview={overview} />
            <NewestPanel rows={overview.newest} total={overview.figures.requests.value ?? 0} />
          </div>
        </div>
      )}
    </>
  );
}
