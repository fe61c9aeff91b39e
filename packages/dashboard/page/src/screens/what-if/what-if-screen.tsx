import type { VNode } from 'preact';
import type { PolicyLine, WhatIf } from '../../../../src/wire/index.ts';
import { countOf } from '../../format/count.ts';
import { grouped, MINUS } from '../../format/grouped.ts';
import { moneyExact, moneyText } from '../../format/money.ts';
import { Name } from '../../parts/names.tsx';
import { Money, Share } from '../../parts/numbers.tsx';
import { Nothing, Panel, TableFrame, Track } from '../../parts/panel.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { screens } from '../../state/app-state.ts';
import '../../style/screens.css';

/** The requests seen, priced under another model or policy. */
export function WhatIfScreen(): VNode {
  const whatIf = screens.value['what-if'];
  return (
    <>
      <PageHead title="What if" period={whatIf?.period} />
      {whatIf === undefined ? <div class="still" /> : <Content whatIf={whatIf} />}
    </>
  );
}

function Content({ whatIf }: { readonly whatIf: WhatIf }): VNode {
  const { requests, leftOut, policies } = whatIf;
  const most = Math.max(...policies.map(({ costUsd }) => costUsd ?? 0), 1e-9);
  if (requests === 0) return <Nothing height={200}>No request with a known usage and price in this range.</Nothing>;
  return (
    <Panel
      title={`The ${grouped(requests)} requests seen, under another policy`}
      note="estimated: same tokens, priced anew; time and quality only where measured"
      isFlush
    >
      <TableFrame label="Policies">
        <thead>
          <tr>
            <th>Policy</th>
            <th class="wide-only">How</th>
            <th class="wide-only policy-bar">
              <span class="unseen">Cost, as a bar</span>
            </th>
            <th class="num">Cost</th>
            <th class="num">Against now</th>
            <th class="num wide-only">Other route</th>
            <th class="num wide-only">As good</th>
          </tr>
        </thead>
        <tbody>
          {policies.map((policy) => (
            <Policy key={`${policy.kind}:${policy.title}`} policy={policy} most={most} />
          ))}
        </tbody>
      </TableFrame>
      {leftOut === 0 ? null : (
        <div class="foot">
          <p>
            {countOf(leftOut, 'request')} without a known usage or price {leftOut === 1 ? 'is' : 'are'} in no line.
          </p>
        </div>
      )}
    </Panel>
  );
}

function Policy({ policy, most }: { readonly policy: PolicyLine; readonly most: number }): VNode {
  const { kind, title, how, costUsd, againstNowUsd, otherRoute, asGood } = policy;
  const isNow = kind === 'now';
  const isCheaper = againstNowUsd != null && againstNowUsd < 0;
  return (
    <tr class={isNow ? 'chosen' : undefined}>
      <td class="ink">
        {isNow ? (
          <b>
            <Name text={title} />
          </b>
        ) : (
          <Name text={title} />
        )}
      </td>
      <td class="wide-only">
        <Name text={how} />
      </td>
      <td class="wide-only grow">
        <Track part={(costUsd ?? 0) / most} token="--spent-fill" kind={isNow ? 'policy' : 'policy striped'} />
      </td>
      <td class="num ink">
        <Money usd={costUsd} />
      </td>
      <td class={isCheaper ? 'num saved' : 'num'}>
        <AgainstNow usd={againstNowUsd} />
      </td>
      <td class="num wide-only">{otherRoute === 0 ? <span class="muted">–</span> : grouped(otherRoute)}</td>
      <td class="num wide-only">
        <Share of={asGood} />
      </td>
    </tr>
  );
}

function AgainstNow({ usd }: { readonly usd: number | null | undefined }): VNode {
  if (usd == null || usd === 0) return <Money usd={usd} />;
  return (
    <span title={moneyExact(usd)}>
      {usd < 0 ? MINUS : '+'}
      {moneyText(Math.abs(usd))}
    </span>
  );
}
