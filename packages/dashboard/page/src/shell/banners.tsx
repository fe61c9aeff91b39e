import type { VNode } from 'preact';
import type { Banner, BannerKind, BannerLevel } from '../../../src/wire/index.ts';
import { durationText } from '../format/duration.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Money } from '../parts/numbers.tsx';
import { clock, now, status, view } from '../state/app-state.ts';
import { SCREENS, writeView } from '../state/view.ts';

const AT_MOST = 3;

const LOOKS: Readonly<Record<BannerLevel, { readonly look: string; readonly icon: IconName }>> = {
  not_working: { look: 'trouble', icon: 'stop' },
  different: { look: 'attention', icon: 'warn' },
  set_up: { look: 'plain', icon: 'info' },
};

/** What is wrong, worst first. A banner goes when its cause goes, and cannot be sent away. */
export function Banners(): VNode | null {
  const banners = status.value?.banners ?? [];
  if (banners.length === 0) return null;
  const more = banners.length - AT_MOST;
  return (
    <section class="banners" aria-label="Problems">
      {banners.slice(0, AT_MOST).map((banner) => (
        <BannerLine key={banner.id} banner={banner} />
      ))}
      {more > 0 ? (
        <details class="more-banners">
          <summary>{more} more</summary>
          {banners.slice(AT_MOST).map((banner) => (
            <BannerLine key={banner.id} banner={banner} />
          ))}
        </details>
      ) : null}
    </section>
  );
}

function BannerLine({ banner }: { readonly banner: Banner }): VNode {
  const { look, icon } = LOOKS[banner.level];
  return (
    <div class={`banner ${look}`} role={banner.level === 'set_up' ? undefined : 'status'}>
      <Icon name={icon} />
      <div>
        <b>
          <bdi>{banner.title.replace(/\.$/, '')}</bdi>
        </b>
        {banner.sinceAtMs === undefined ? '. ' : ` since ${clock.moment(banner.sinceAtMs, now.value)}. `}
        <bdi>{banner.text}</bdi>
        <Cost banner={banner} />
        <Until banner={banner} />
        {banner.code === undefined ? null : (
          <>
            {' '}
            <code class="mono">{banner.code}</code>
          </>
        )}
      </div>
      <a href={linkOf(banner)}>{banner.kind === 'unpriced' ? 'Show them' : titleOf(banner)}</a>
    </div>
  );
}

function Cost({ banner: { kind, costUsd } }: { readonly banner: Banner }): VNode | null {
  if (costUsd === undefined) return null;
  return (
    <>
      {' '}
      {COSTS[kind] ?? 'They cost'}{' '}
      <span class="ink">
        <Money usd={costUsd} />
      </span>
      .
    </>
  );
}

/** Whose cost it is. */
const COSTS: Readonly<Partial<Record<BannerKind, string>>> = {
  budget_exhausted: 'This window has cost',
  route_cooling: 'Its failed calls cost',
};

function Until({ banner: { kind, untilAtMs } }: { readonly banner: Banner }): VNode | null {
  if (untilAtMs === undefined) return null;
  const left = untilAtMs - now.value;
  if (left <= 0) return <> {kind === 'budget_exhausted' ? 'It begins anew.' : 'The next request tries it again.'}</>;
  const what = kind === 'budget_exhausted' ? 'It begins anew' : 'It is tried again';
  return (
    <>
      {' '}
      {what} at {clock.moment(untilAtMs, now.value)}, in {durationText(Math.max(1000, left))}.
    </>
  );
}

function linkOf({ kind, screen }: Banner): string {
  const query = kind === 'unpriced' ? ({ priced: 'no' } as const) : {};
  return writeView({ ...view.value, screen, query });
}

function titleOf({ screen }: Banner): string {
  return SCREENS.find(({ name }) => name === screen)?.title ?? 'Show';
}
