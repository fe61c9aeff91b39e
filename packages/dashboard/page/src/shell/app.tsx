import { useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import type { ScreenName } from '../../../src/wire/index.ts';
import { CacheScreen } from '../screens/cache/cache-screen.tsx';
import { EmptyScreen } from '../screens/empty/empty-screen.tsx';
import { OverviewScreen } from '../screens/overview/overview-screen.tsx';
import { RequestScreen } from '../screens/request/request-screen.tsx';
import { RequestsScreen } from '../screens/requests/requests-screen.tsx';
import { ResilienceScreen } from '../screens/resilience/resilience-screen.tsx';
import { RoutesScreen } from '../screens/routes/routes-screen.tsx';
import { SavingsScreen } from '../screens/savings/savings-screen.tsx';
import { WhatIfScreen } from '../screens/what-if/what-if-screen.tsx';
import { status, view } from '../state/app-state.ts';
import { SCREENS } from '../state/view.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { problemCount } from './problems.ts';
import { TopBar } from './top-bar.tsx';

const SHOWN: Readonly<Record<ScreenName, () => VNode | null>> = {
  overview: OverviewScreen,
  requests: RequestsScreen,
  request: RequestScreen,
  routes: RoutesScreen,
  cache: CacheScreen,
  resilience: ResilienceScreen,
  savings: SavingsScreen,
  'what-if': WhatIfScreen,
};

/** The whole page. */
export function App(): VNode {
  useSignalEffect(setTitle);
  const { screen } = view.value;
  const isEmpty = status.value?.requests === 0 && screen !== 'request';
  const Screen = isEmpty ? EmptyScreen : SHOWN[screen];
  return (
    <>
      <a class="skip" href="#main">
        Skip to the figures
      </a>
      <TopBar />
      <main id="main" tabIndex={-1}>
        <Screen key={screen === 'request' ? view.value.id : screen} />
      </main>
      <KeysDialog />
    </>
  );
}

function setTitle(): void {
  const count = problemCount(status.value);
  const title = SCREENS.find(({ name }) => name === view.value.screen)?.title ?? 'Request';
  document.title = `${count > 0 ? `(${count}) ` : ''}${title} · tta`;
}
