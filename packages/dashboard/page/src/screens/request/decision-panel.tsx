import type { VNode } from 'preact';
import type { Candidate, Decision, RequestRow } from '../../../../src/wire/index.ts';
import { columnDecimals } from '../../format/money.ts';
import { Name, RouteName } from '../../parts/names.tsx';
import { ColumnMoney } from '../../parts/numbers.tsx';
import { Panel } from '../../parts/panel.tsx';

const ROLES: Readonly<Record<Candidate['role'], string>> = {
  ...{ baseline: 'baseline', estimate: 'estimate', no_price: 'no price' },
};

/** Why that route: one sentence, then every candidate in the order of price. */
export function DecisionPanel({
  decision,
  row,
}: {
  readonly decision: Decision | undefined;
  readonly row: RequestRow;
}): VNode {
  if (decision === undefined) {
    return (
      <Panel title="Why this answer?">
        <p class="small">
          {row.cache === 'hit' || row.cache === 'shared' || row.cache === 'stale'
            ? 'The cache had the answer, so no router was asked.'
            : 'No router decided: the code called this model itself.'}
        </p>
      </Panel>
    );
  }
  const chosen = decision.candidates.find(({ isChosen }) => isChosen)?.route ?? row.route;
  const decimals = columnDecimals(decision.candidates.map(({ estimateUsd }) => estimateUsd));
  return (
    <Panel
      title={
        chosen === undefined ? (
          'Why no route?'
        ) : (
          <>
            Why <Name text={chosen} />?
          </>
        )
      }
    >
      <p class="small">
        <Sentence text={decision.text} names={decision.candidates.map(({ route }) => route)} />
      </p>
      <ul class="candidates">
        {decision.candidates.map((candidate) => (
          <li key={candidate.route}>
            <span class="line-up">
              <RouteName route={candidate.route} model={candidate.model} isBold={candidate.isChosen} />
              {candidate.isChosen ? <span class="chip chosen">chosen</span> : null}
            </span>
            <span class="num ink">
              <ColumnMoney usd={candidate.estimateUsd} decimals={decimals} />
            </span>
            <small>
              <bdi>{candidate.text}</bdi>
            </small>
            <small class="num">{ROLES[candidate.role]}</small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The words of the router, with the names of routes in bold. */
function Sentence({ text, names }: { readonly text: string; readonly names: readonly string[] }): VNode {
  const words = text.split(/(\s+|[,.;:])/);
  return <bdi>{words.map((word, at) => (names.includes(word) ? <b key={`${at}:${word}`}>{word}</b> : word))}</bdi>;
}
