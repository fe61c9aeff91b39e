import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { rateText } from '../format/count.ts';
import { Logo, ThemeIcon } from '../parts/icon.tsx';
import { Name } from '../parts/names.tsx';
import { clock, feed, isPaused, status, view } from '../state/app-state.ts';
import { nextTheme, type Theme, theme } from '../state/theme.ts';
import { SCREENS, writeView } from '../state/view.ts';
import { problemCount } from './problems.ts';

/** The name of the service, the screens, and whether the page is live. */
export function TopBar(): VNode {
  const tabs = useRef<HTMLElement>(null);
  const { screen } = view.value;
  useEffect(() => showCurrent(tabs.current), [screen]);
  return (
    <header class="top">
      <a class="brand" href={hrefOf('overview')}>
        <Logo />
        <span>tta</span>
        {status.value === undefined ? null : (
          <span class="service clip">
            <Name text={status.value.source.name} />
          </span>
        )}
      </a>
      <nav class="tabs" aria-label="Screens" ref={tabs}>
        {SCREENS.map(({ name, title }) => (
          <a key={name} href={hrefOf(name)} aria-current={isCurrent(name) ? 'page' : undefined}>
            {title}
            {name === 'resilience' ? <Problems /> : null}
          </a>
        ))}
      </nav>
      <div class="status">
        <LiveState />
        <button
          type="button"
          class="button icon"
          aria-label={THEME_WORDS[theme.value]}
          title={THEME_WORDS[theme.value]}
          onClick={nextTheme}
        >
          <ThemeIcon />
        </button>
      </div>
    </header>
  );
}

const THEME_WORDS: Readonly<Record<Theme, string>> = {
  system: 'Theme: follows the system',
  light: 'Theme: light',
  dark: 'Theme: dark',
};

/** On a phone the tabs scroll: the one that is open is in view. */
function showCurrent(tabs: HTMLElement | null): void {
  const current = tabs?.querySelector<HTMLElement>('[aria-current]');
  if (current != null) tabs?.scrollTo({ left: current.offsetLeft - 40 });
}

function Problems(): VNode | null {
  const count = problemCount(status.value);
  if (count === 0) return null;
  return (
    <span class="problems">
      {count}
      <span class="unseen"> {count === 1 ? 'problem' : 'problems'}</span>
    </span>
  );
}

/** A filled dot is live, a ring is not; never green, because being up is nothing to celebrate. */
function LiveState(): VNode {
  const current = status.value;
  const isLost = feed.connection.value === 'lost';
  if (isLost && feed.lastSeenAtMs.value !== undefined) {
    return (
      <span class="live lost" role="status">
        <i />
        Reconnecting<span class="wide-only">, last seen {clock.time(feed.lastSeenAtMs.value)}</span>
      </span>
    );
  }
  if (current === undefined || current.requests === 0) return <Quiet word="Waiting" />;
  if (isPaused.value && view.value.screen === 'requests') return <Quiet word="Paused" />;
  return (
    <span class="live" title="At most four updates a second">
      <i />
      Live<span class="muted wide-only">{rateText(current.requestsPerSecond)} requests/s</span>
    </span>
  );
}

function Quiet({ word }: { readonly word: string }): VNode {
  return (
    <span class="live ring">
      <i />
      {word}
    </span>
  );
}

function isCurrent(name: (typeof SCREENS)[number]['name']): boolean {
  const { screen } = view.value;
  return screen === name || (screen === 'request' && name === 'requests');
}

function hrefOf(screen: (typeof SCREENS)[number]['name']): string {
  return writeView({ ...view.value, screen });
}
