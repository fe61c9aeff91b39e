import type { VNode } from 'preact';
import type { MeasuredShare, SavedHeadline } from '../../../../src/wire/index.ts';
import { countOf, countText } from '../../format/count.ts';
import { moneyText } from '../../format/money.ts';
import { shareText } from '../../format/share.ts';
import { Name } from '../../parts/names.tsx';
import { Money, Share } from '../../parts/numbers.tsx';
import { view } from '../../state/app-state.ts';
import { writeView } from '../../state/view.ts';

/** The one number, how sure it is, and where the baseline's money went. */
export function Hero({ saved }: { readonly saved: SavedHeadline }): VNode {
  const share = saved.baselineUsd === 0 ? undefined : saved.savedUsd / saved.baselineUsd;
  return (
    <section class="panel hero" aria-label="Saved">
      <div>
        <div>Saved</div>
        <div class={saved.savedUsd > 0 ? 'big kept' : 'big'}>
          <Money usd={saved.baselines.length === 0 ? undefined : saved.savedUsd} />
          {share === undefined ? null : (
            <small>
              <Share of={share} />
            </small>
          )}
        </div>
        <Sureness saved={saved} />
        <p class="against">
          <Against baselines={saved.baselines} />
        </p>
      </div>
      <Bridge saved={saved} />
    </section>
  );
}

/** The measured interval; without a hold-out, how to get one. */
function Sureness({ saved }: { readonly saved: SavedHeadline }): VNode {
  const { measured, baselineUsd } = saved;
  if (measured === undefined) {
    return (
      <p class="sure">
        Not measured yet: a <code class="mono">holdOut</code> measures it.
      </p>
    );
  }
  return (
    <p class="sure">
      <b>
        <Money usd={measured.low * baselineUsd} /> to <Money usd={measured.high * baselineUsd} />
      </b>{' '}
      measured, 95 % interval
    </p>
  );
}

function Against({ baselines }: { readonly baselines: readonly string[] }): VNode {
  const [only, ...others] = baselines;
  if (only === undefined) return <>No baseline yet: no router has named the route that would answer everything.</>;
  if (others.length > 0)
    return <>Baseline: the costliest route of each router answers everything, nothing is cached.</>;
  return (
    <>
      Baseline:{' '}
      <b>
        <Name text={only} />
      </b>{' '}
      answers everything, nothing is cached.
    </>
  );
}

/** The baseline at full width: what was saved, spent, and not earned. It all adds up. */
function Bridge({ saved }: { readonly saved: SavedHeadline }): VNode {
  const { baselineUsd, routingUsd, cacheUsd, spentUsd, noAnswerUsd, unpriced } = saved;
  const parts = [
    { look: 'routing', mark: 'striped', name: 'By routing, estimated', usd: routingUsd },
    { look: 'cache', mark: '', name: 'By the cache, realised', usd: cacheUsd },
    { look: 'spent', mark: 'spent', name: 'Spent', usd: spentUsd },
    { look: 'lost', mark: 'outline', name: 'No answer, not earned', usd: noAnswerUsd },
  ];
  // A loss leaves the bar wider than the baseline: the whole is what was spent then.
  const whole = parts.reduce((sum, { usd }) => sum + Math.max(0, usd), 0) || 1;
  const shareOf = (usd: number): number | undefined => (baselineUsd === 0 ? undefined : usd / baselineUsd);
  return (
    <div class="bridge">
      <div class="caption">
        <span>
          Where the baseline’s <Money usd={baselineUsd} /> went
        </span>
        {unpriced === 0 ? null : (
          <a class="muted" href={writeView({ ...view.value, screen: 'requests', query: { priced: 'no' } })}>
            {countOf(unpriced, 'request')} without a price {unpriced === 1 ? 'is' : 'are'} left out
          </a>
        )}
      </div>
      <div
        class="baseline-bar"
        role="img"
        aria-label={parts.map(({ name, usd }) => `${name}: ${moneyText(usd)}`).join('; ')}
      >
        {parts.map(({ look, usd }) =>
          usd > 0 ? <i key={look} class={`part-${look}`} style={{ flex: `${usd / whole} 1 0` }} /> : null,
        )}
      </div>
      <Whisker measured={saved.measured} />
      <dl class="parts">
        {parts.map(({ look, mark, name, usd }) => (
          <div key={look}>
            <dt>
              <i class={`mark ${mark}`} style={{ '--c': `var(--${look === 'spent' ? 'spent' : 'saved'}-fill)` }} />
              {name}
            </dt>
            <dd>
              <Money usd={usd} />
              <small>
                <Share of={shareOf(usd)} />
              </small>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** The measured share on the scale of the bar above it. */
function Whisker({ measured }: { readonly measured: MeasuredShare | undefined }): VNode {
  if (measured === undefined) {
    return (
      <div class="whisker bare">
        <span class="label muted">not measured yet</span>
      </div>
    );
  }
  const [low, middle, high] = [measured.low, measured.share, measured.high].map(
    (share) => Math.min(1, Math.max(0, share)) * 100,
  ) as [number, number, number];
  const side = low > 30 ? { '--right': `${100 - low}%` } : { '--left': `${high}%` };
  return (
    <div class="whisker">
      <span class="extent" style={{ left: `${low}%`, width: `${high - low}%` }} />
      <span class="middle" style={{ left: `${middle}%` }} />
      <span class="label" style={side}>
        measured {shareText(measured.share)} <span class="muted">on {countText(measured.n)} held out</span>
      </span>
    </div>
  );
}
