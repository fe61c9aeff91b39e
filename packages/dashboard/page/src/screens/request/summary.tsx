import type { VNode } from 'preact';
import type { RequestDetail } from '../../../../src/wire/index.ts';
import { countOf, countText } from '../../format/count.ts';
import { durationText } from '../../format/duration.ts';
import { moneyText } from '../../format/money.ts';
import { shareText } from '../../format/share.ts';
import { Figure } from '../../parts/figure.tsx';
import { Count, DurationFigure, Money } from '../../parts/numbers.tsx';

/** Six figures of one request, each with what it is measured against. */
export function Summary({ detail }: { readonly detail: RequestDetail }): VNode {
  const { row, comparison } = detail;
  const { paidUsd, failedTries, failedTriesUsd, baseline, savedUsd, savedBy, usualFirstChunkMs, limitMs } = comparison;
  const share = savedUsd == null || !baseline?.usd ? undefined : savedUsd / baseline.usd;
  const how = savedBy === 'cache' ? 'realised' : 'estimated';
  return (
    <section class="panel figures six" aria-label="Figures">
      <Figure
        name="Cost"
        value={<Money usd={paidUsd} />}
        change={
          failedTries === 0
            ? 'no failed try'
            : `${countOf(failedTries, 'failed try', 'failed tries')} in it: ${moneyText(failedTriesUsd)}`
        }
      />
      <Figure
        name={baseline?.route === undefined ? 'Baseline' : `At ${baseline.route}, baseline`}
        value={<Money usd={baseline?.usd} />}
        change={baseline === undefined ? 'no router named one' : 'same tokens, estimated'}
      />
      <Figure
        name="Saved"
        value={<Money usd={savedUsd} />}
        valueClass={savedUsd != null && savedUsd > 0 ? 'saved' : ''}
        change={share === undefined ? unsaved(detail) : `${shareText(share)}, ${how}`}
      />
      <Figure
        name="First chunk"
        value={<DurationFigure ms={row.firstChunkMs} />}
        change={
          row.firstChunkMs === undefined
            ? 'not a stream'
            : usualFirstChunkMs == null
              ? '–'
              : `route’s p50: ${durationText(usualFirstChunkMs)}`
        }
      />
      <Figure
        name="Total"
        value={<DurationFigure ms={row.totalMs} />}
        change={limitMs === undefined ? 'no limit' : `limit ${durationText(limitMs)}`}
      />
      <Figure
        name="Tokens"
        value={<Tokens detail={detail} />}
        change={row.tokensCached ? `${countText(row.tokensCached)} cached` : 'none cached'}
        before="Tokens that the provider read from its own cache"
      />
    </section>
  );
}

/** Why no share was saved. */
function unsaved({ comparison: { savedUsd, baseline } }: RequestDetail): string {
  if (savedUsd === null) return 'no price is known';
  return baseline === undefined ? 'no baseline' : '–';
}

function Tokens({ detail: { row } }: { readonly detail: RequestDetail }): VNode {
  if (row.tokensIn === undefined && row.tokensOut === undefined) return <Count of={undefined} />;
  return (
    <>
      <Count of={row.tokensIn} />
      <small>in</small> <Count of={row.tokensOut} />
      <small>out</small>
    </>
  );
}
