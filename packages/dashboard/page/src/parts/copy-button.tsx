import { useSignal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';
import { copyText } from '../state/clipboard.ts';
import { Icon } from './icon.tsx';

const SAID_MS = 1500;

export interface CopyButtonProps {
  readonly text: () => string;
  readonly children: ComponentChildren;
  readonly place?: string;
}

/** Copies a text and says so in its own words, without moving anything. */
export function CopyButton({ text, children, place = '' }: CopyButtonProps): VNode {
  const outcome = useSignal<'copied' | 'failed' | undefined>(undefined);
  const copy = async (): Promise<void> => {
    outcome.value = (await copyText(text())) ? 'copied' : 'failed';
    setTimeout(() => {
      outcome.value = undefined;
    }, SAID_MS);
  };
  return (
    <button type="button" class={`button ${place}`} onClick={() => void copy()}>
      <Icon name="copy" />
      {outcome.value === undefined ? children : outcome.value === 'copied' ? 'Copied' : 'Not allowed'}
    </button>
  );
}
