import type { ComponentChildren, VNode } from 'preact';
import type { RequestDetail } from '../../../../src/wire/index.ts';
import { grouped } from '../../format/grouped.ts';
import { Name } from '../../parts/names.tsx';
import { ColumnMoney } from '../../parts/numbers.tsx';
import { Panel, Track } from '../../parts/panel.tsx';
import { routeColours } from '../../state/app-state.ts';

/** What was paid, beside what was expected and what the baseline would have cost. */
export function CostPanel({ detail }: { readonly detail: RequestDetail }): VNode {
  const { comparison, costLines, row } = detail;
  const { baseline, expectedUsd, paidUsd } = comparison;
  const most = Math.max(baseline?.usd ?? 0, expectedUsd ?? 0, paidUsd ?? 0) || 1;
  const token = routeColours.tokenOf(row.route ?? '');
  return (
    <Panel title="Cost against the baseline">
      <div class="rows">
        {baseline === undefined ? null : (
          <CostRow
            name={<BaselineName route={baseline.route} />}
            usd={baseline.usd}
            most={most}
            kind="outline"
            token={token}
          />
        )}
        {expectedUsd === undefined ? null : (
          <CostRow name="expected" usd={expectedUsd} most={most} kind="striped" token={token} />
        )}
        <CostRow name={<b>paid</b>} usd={paidUsd} most={most} kind="" token={token} isBold />
      </div>
      {costLines.length === 0 ? null : (
        <dl class="pairs costs">
          {costLines.map(({ what, tokens, usd }) => (
            <div key={what}>
              <dt>
                {tokens === undefined ? '' : `${grouped(tokens)} `}
                {what}
              </dt>
              <dd>
                <ColumnMoney usd={usd} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {paidUsd === null ? <p class="note">No price is known for this model, so it is in no sum.</p> : null}
    </Panel>
  );
}

function BaselineName({ route }: { readonly route: string | undefined }): VNode {
  if (route === undefined) return <>Baseline</>;
  return (
    <>
      <Name text={route} />, baseline
    </>
  );
}

interface CostRowProps {
  readonly name: ComponentChildren;
  readonly usd: number | null;
  readonly most: number;
  readonly kind: string;
  readonly token: string;
  readonly isBold?: boolean;
}

function CostRow({ name, usd, most, kind, token, isBold = false }: CostRowProps): VNode {
  const amount = <ColumnMoney usd={usd} />;
  return (
    <div class="row">
      <span class="clip">{name}</span>
      <Track part={(usd ?? 0) / most} token={token} kind={`thick ${kind}`} />
      <span>{isBold ? <b>{amount}</b> : amount}</span>
    </div>
  );
}
