import type { VNode } from 'preact';
import type { RouterCard } from '../../../../src/wire/index.ts';
import { grouped } from '../../format/grouped.ts';
import { shareText } from '../../format/share.ts';
import { Name } from '../../parts/names.tsx';
import { Money } from '../../parts/numbers.tsx';
import { Panel, TableFrame, TrackRows } from '../../parts/panel.tsx';
import { ScoreChart } from './score-chart.tsx';

/** How one router decides, and whether that is still right. */
export function RouterPanels({ router, isOnly }: { readonly router: RouterCard; readonly isOnly: boolean }): VNode {
  const { name, title, scores, reasons } = router;
  const most = Math.max(1, ...reasons.map(({ count }) => count));
  return (
    <div class="grid">
      <Panel
        title={isOnly ? <Name text={title} /> : <Titled title={title} name={name} />}
        note={
          scores === undefined
            ? 'why each route was taken'
            : 'how demanding each request looked, and where that sent it'
        }
        place="span-7 full"
      >
        {scores === undefined ? (
          <TrackRows
            rows={reasons.map(({ word, count }) => ({
              key: word,
              name: word.replaceAll('_', ' '),
              part: count / most,
              value: grouped(count),
            }))}
          />
        ) : (
          <ScoreChart scores={scores} />
        )}
      </Panel>
      <RightPanel router={router} />
    </div>
  );
}

function Titled({ title, name }: { readonly title: string; readonly name: string }): VNode {
  return (
    <>
      <Name text={title} />, <Name text={name} />
    </>
  );
}

const DRIFT_WORDS = {
  stable: 'stable below 0.10',
  moderate: 'has moved, above 0.10',
  major: 'has moved far, above 0.25',
} as const;

function RightPanel({ router }: { readonly router: RouterCard }): VNode {
  const { shadow, drift, fallbacks, defaults } = router;
  return (
    <Panel title="Is it still right?" note="measured beside the traffic" place="span-5 full">
      <TableFrame label="Is it still right?">
        <thead>
          <tr>
            <th>Measure</th>
            <th class="num">Value</th>
            <th class="num wide-only">Reads as</th>
          </tr>
        </thead>
        <tbody>
          <Measure
            name="Shadow: as good as the baseline’s"
            value={shadow === undefined ? undefined : shareText(shadow.asGood.share)}
            reads={shadow === undefined ? 'no shadow runs' : `of ${grouped(shadow.compared)} compared`}
          />
          <Measure
            name="Shadow: its own cost"
            value={shadow === undefined ? undefined : <Money usd={shadow.costUsd} />}
            reads={shadow === undefined ? '' : 'part of the spend'}
          />
          <Measure
            name="Drift of demand (PSI)"
            value={drift?.psi.toFixed(2)}
            reads={drift === undefined ? 'not measured' : DRIFT_WORDS[drift.state]}
            isBad={drift !== undefined && drift.state !== 'stable'}
          />
          <Measure name="Fell back to another route" value={grouped(fallbacks)} reads="after a failed try" />
          <Measure name="No decision, default route" value={grouped(defaults)} reads="the strategy gave none" />
        </tbody>
      </TableFrame>
    </Panel>
  );
}

interface MeasureProps {
  readonly name: string;
  readonly value: VNode | string | undefined;
  readonly reads: string;
  readonly isBad?: boolean;
}

function Measure({ name, value, reads, isBad = false }: MeasureProps): VNode {
  return (
    <tr>
      <td class="ink">{name}</td>
      <td class={isBad ? 'num attention' : 'num'}>{value ?? <span class="muted">–</span>}</td>
      <td class="num muted wide-only">{reads}</td>
    </tr>
  );
}
