import { useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { status, view } from '../state/app-state.ts';
import { SCREENS } from '../state/view.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { problemCount } from './problems.ts';
import { loadFailure, screenOf } from './screen-parts.ts';
import { TopBar } from './top-bar.tsx';

/** The whole page. */
export function App(): VNode {
  useSignalEffect(setTitle);
  const { screen } = view.value;
  const isEmpty = status.value?.requests === 0 && screen !== 'request';
  const Screen = screenOf(isEmpty ? 'empty' : screen);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the figures
      </a>
      <TopBar />
      <main id="main" tabIndex={-1} data-screen={screen}>
        {Screen === undefined ? <Loading /> : <Screen key={screen === 'request' ? view.value.id : screen} />}
      </main>
      <KeysDialog />
    </>
  );
}

function Loading(): VNode {
  const failure = loadFailure();
  return failure === undefined ? <div class="still" /> : <p class="panel">{failure}</p>;
}

function setTitle(): void {
  const count = problemCount(status.value);
  const title = SCREENS.find(({ name }) => name === view.value.screen)?.title ?? 'Request';
  document.title = `${count > 0 ? `(${count}) ` : ''}${title} · tta`;
}
