import { signal, useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';

export const isHelpOpen = signal(false);

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'search requests'],
  [['j', 'k'], 'move down and up in the table'],
  [['←', '→'], 'move along the row'],
  [['Enter'], 'open the request'],
  [['Esc'], 'back, or close'],
  [['f'], 'filter by the cell that is marked or under the pointer'],
  [['p'], 'pause the table; the counts go on'],
  [['?'], 'this list'],
];

/** All keys of the page. */
export function KeysDialog(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useSignalEffect(() => {
    if (isHelpOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  });
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="keys-title" onCancel={close} onClose={close}>
      <header>
        <h2 id="keys-title">Keys</h2>
        <button type="button" class="button push" onClick={close}>
          Close
        </button>
      </header>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}

function close(): void {
  isHelpOpen.value = false;
}
