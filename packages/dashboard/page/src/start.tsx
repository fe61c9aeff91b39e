import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './shell/app.tsx';
import { startKeys } from './shell/keys.ts';
import { idle, loadTheRest } from './shell/screen-parts.ts';
import { startState, status } from './state/app-state.ts';
import { readZoneName } from './state/browser-zone.ts';

/** Follows the server, and draws the page. */
export function start(): void {
  startState();
  startKeys();
  render(<App />, document.getElementById('app') as HTMLElement);
  const stop = effect(() => {
    if (status.value === undefined) return; // the figures come first
    void loadTheRest().then(idle).then(readZoneName);
    queueMicrotask(() => stop());
  });
}
