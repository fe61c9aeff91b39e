import type { VNode } from 'preact';
import type { Range, Figure as WireFigure, Figures as WireFigures } from '../../../../src/wire/index.ts';
import { changeText, pointsText } from '../../format/change.ts';
import { countText } from '../../format/count.ts';
import { durationText } from '../../format/duration.ts';
import { moneyText } from '../../format/money.ts';
import { shareText } from '../../format/share.ts';
import { Figure } from '../../parts/figure.tsx';
import { Count, DurationFigure, Money, Share } from '../../parts/numbers.tsx';
import { RANGE_BEFORE } from '../../shell/page-head.tsx';
import { view } from '../../state/app-state.ts';
import { type View, writeView } from '../../state/view.ts';

/** Eight figures, each a link to the screen that explains it. */
export function Figures({ figures, range }: { readonly figures: WireFigures; readonly range: Range }): VNode {
  const { spentUsd, requests, hitRate, noAnswer, firstChunkMs, modelCallMs, tokensIn, tokensOut } = figures;
  const period = RANGE_BEFORE[range];
  const to = (screen: View['screen'], query: View['query'] = {}): string => writeView({ ...view.value, screen, query });
  const change = (figure: WireFigure, textOf: (value: number) => string, write = changeText) => ({
    change: changeOf(figure, period, write),
    before: figure.before == null ? undefined : `${capital(period)}: ${textOf(figure.before)}`,
    spark: figure.spark,
  });
  const isWorse = (noAnswer.value ?? 0) > (noAnswer.before ?? 0) && noAnswer.before !== undefined;
  return (
    <section class="panel figures" aria-label="Figures">
      <Figure
        name="Spent"
        value={<Money usd={spentUsd.value} />}
        {...change(spentUsd, moneyText)}
        href={to('savings')}
      />
      <Figure
        name="Requests"
        value={<Count of={requests.value} />}
        {...change(requests, countText)}
        href={to('requests')}
      />
      <Figure
        name="Cache hit rate"
        value={<Share of={hitRate.value ?? undefined} />}
        {...change(hitRate, shareText, pointsText)}
        href={to('cache')}
      />
      <Figure
        name="No answer"
        value={
          <>
            <Count of={noAnswer.value} />
            <small>
              <Share of={noAnswer.share ?? undefined} />
            </small>
          </>
        }
        {...change(noAnswer, countText)}
        isBad={isWorse}
        href={to('requests', { status: ['timeout', 'error', 'cut'] })}
      />
      <Figure
        name="First chunk, p50"
        value={<DurationFigure ms={firstChunkMs.value ?? undefined} />}
        {...change(firstChunkMs, durationText)}
        change={`p95 ${durationText(firstChunkMs.p95Ms ?? undefined)}`}
        href={to('requests', { sort: 'firstChunk' })}
      />
      <Figure
        name="Model call, p50"
        value={<DurationFigure ms={modelCallMs.value ?? undefined} />}
        {...change(modelCallMs, durationText)}
        change={`p95 ${durationText(modelCallMs.p95Ms ?? undefined)}`}
        href={to('requests', { sort: 'total' })}
      />
      <Figure
        name="Tokens in"
        value={<Count of={tokensIn.value} />}
        {...change(tokensIn, countText)}
        change={`${shareText(tokensIn.cachedShare ?? undefined, 0)} cached`}
        href={to('requests', { sort: 'tokensIn' })}
      />
      <Figure
        name="Tokens out"
        value={<Count of={tokensOut.value} />}
        {...change(tokensOut, countText)}
        href={to('requests', { sort: 'tokensOut' })}
      />
    </section>
  );
}

/** In the first period there is nothing to compare with. */
function changeOf({ value, before }: WireFigure, period: string, write: typeof changeText): string {
  if (before === undefined) return '–';
  return value === null ? 'unknown' : write({ now: value, before, period });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
