import type { VNode } from 'preact';
import type { Savings } from '../../../../src/wire/index.ts';
import { Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { range, screens } from '../../state/app-state.ts';
import { BridgeChart } from './bridge-chart.tsx';
import { HoldOutPanel } from './hold-out-panel.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import '../../style/screens.css';

/** Where the saving comes from, losses shown, and whether it is true. */
export function SavingsScreen(): VNode {
  const savings = screens.value.savings;
  return (
    <>
      <PageHead title="Savings" period={savings?.period}>
        <a class="button" href={`api/savings.csv?range=${range.value}`} download>
          CSV
        </a>
        <a class="button" href={`api/savings.json?range=${range.value}`} download>
          JSON
        </a>
      </PageHead>
      {savings === undefined ? <div class="still" /> : <Content savings={savings} />}
    </>
  );
}

function Content({ savings }: { readonly savings: Savings }): VNode {
  return (
    <div class="grid">
      <LedgerPanel savings={savings} />
      <HoldOutPanel savings={savings} />
      <Panel title="From the baseline to the bill" place="span-12">
        <BridgeChart steps={savings.bridge} />
      </Panel>
    </div>
  );
}
