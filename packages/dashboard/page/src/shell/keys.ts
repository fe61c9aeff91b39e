import { isPaused, view } from '../state/app-state.ts';
import { isHelpOpen } from './keys-dialog.tsx';

/** What a screen does with the keys that are its own. @returns whether it took the key */
export type ScreenKeys = (key: string) => boolean;

let screenKeys: ScreenKeys | undefined;

/** Gives the keys to the screen that is shown. @returns a function that takes them away again */
export function useKeys(keys: ScreenKeys): () => void {
  screenKeys = keys;
  return () => {
    if (screenKeys === keys) screenKeys = undefined;
  };
}

/** Listens for the keys of the page, wherever the focus is; while one writes, only Escape counts. */
export function startKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as Element | null;
    if (isHelpOpen.peek()) return; // the dialog closes itself
    if (target?.matches('input[type=search], input:not([type]), textarea')) {
      if (event.key === 'Escape') (target as HTMLElement).blur();
      return;
    }
    if (event.key === 'Enter' && target?.matches('a, button, input, summary')) return; // the control's own key
    if (screenKeys?.(event.key) || pageKeys(event.key)) event.preventDefault();
  });
}

function pageKeys(key: string): boolean {
  if (key === '?') isHelpOpen.value = true;
  else if (key === 'p' && view.peek().screen === 'requests') isPaused.value = !isPaused.peek();
  else return false;
  return true;
}
