import type { VNode } from 'preact';
import type { Resilience } from '../../../../src/wire/index.ts';
import { PageHead } from '../../shell/page-head.tsx';
import { screens } from '../../state/app-state.ts';
import { BulkheadsPanel } from './bulkheads-panel.tsx';
import { LanesPanel } from './lanes-panel.tsx';
import { LimitsPanel } from './limits-panel.tsx';
import { RetriesPanel } from './retries-panel.tsx';
import { TimeoutsPanel } from './timeouts-panel.tsx';
import '../../style/screens.css';

/** What held when something broke. */
export function ResilienceScreen(): VNode {
  const resilience = screens.value.resilience;
  return (
    <>
      <PageHead title="Resilience" period={resilience?.period} />
      {resilience === undefined ? <div class="still" /> : <Content resilience={resilience} />}
    </>
  );
}

function Content({ resilience }: { readonly resilience: Resilience }): VNode {
  return (
    <div class="grid">
      <LanesPanel lanes={resilience.lanes} fromAtMs={resilience.lanesFromAtMs} toAtMs={resilience.period.toAtMs} />
      <TimeoutsPanel timeouts={resilience.timeouts} />
      <RetriesPanel retries={resilience.retries} />
      <BulkheadsPanel bulkheads={resilience.bulkheads} />
      <LimitsPanel limits={resilience.limits} />
    </div>
  );
}
