import type { VNode } from 'preact';
import type { StoreState } from '../../../../src/wire/index.ts';
import { countText } from '../../format/count.ts';
import { grouped } from '../../format/grouped.ts';
import { Name } from '../../parts/names.tsx';
import { Panel, Track } from '../../parts/panel.tsx';
import { clock, now } from '../../state/app-state.ts';

const TIERS: Readonly<Record<StoreState['tier'], string>> = { near: 'near tier', far: 'far tier', only: '' };
const STATES: Readonly<Record<StoreState['state'], readonly [word: string, look: string]>> = {
  ready: ['ready', ''],
  failing: ['failing', 'attention'],
  unreachable: ['cannot be reached', 'trouble'],
};

/** Where answers are kept, and whether that works. */
export function StoresPanel({ stores }: { readonly stores: readonly StoreState[] }): VNode {
  return (
    <Panel title={stores.length > 1 ? 'Stores' : 'Store'} place="span-4 full">
      {stores.length === 0 ? <p class="note plain">No store has been asked yet.</p> : null}
      <ul class="stores">
        {stores.map((store) => (
          <Store key={`${store.tier}:${store.name}`} store={store} />
        ))}
      </ul>
    </Panel>
  );
}

function Store({ store }: { readonly store: StoreState }): VNode {
  const [word, look] = STATES[store.state];
  return (
    <li>
      <div class="line-up">
        <b class="clip">{store.name === null ? 'A store without a name' : <Name text={store.name} />}</b>
        <span class="muted">{TIERS[store.tier]}</span>
        <span class={`chip push ${look}`}>{word}</span>
      </div>
      <p class="muted">{store.state === 'ready' ? readyText(store) : troubleText(store)}</p>
      {store.maxBytes === undefined || store.bytes === null ? null : (
        <Track part={store.bytes / store.maxBytes} token="--cache-fill" />
      )}
    </li>
  );
}

function readyText({ entries, bytes, maxBytes, breaker, hits, errors }: StoreState): string {
  return [
    ...(entries === null ? [] : [entries === 1 ? '1 entry' : `${grouped(entries)} entries`]),
    ...(bytes === null ? [] : [`${bytesText(bytes)}${maxBytes === undefined ? '' : ` of ${bytesText(maxBytes)}`}`]),
    ...(hits === null ? [] : [hits === 1 ? '1 hit' : `${countText(hits)} hits`]),
    ...(errors === 0 ? [] : [errors === 1 ? '1 error' : `${countText(errors)} errors`]),
    ...(breaker === null ? [] : [`breaker ${breaker.replace('_', ' ')}`]),
  ].join(' · ');
}

function troubleText({ reason, sinceAtMs, retryAtMs, breaker, errors }: StoreState): string {
  const since = sinceAtMs === undefined ? '' : ` since ${clock.moment(sinceAtMs, now.value)}`;
  const retry = retryAtMs === undefined ? '' : `; asked again at ${clock.moment(retryAtMs, now.value)}`;
  const open = breaker === null || breaker === 'closed' ? '' : ` Breaker ${breaker.replace('_', ' ')}${retry}.`;
  return `${reason === undefined ? `${countText(errors)} errors` : reason.replaceAll('_', ' ')}${since}.${open}`;
}

function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${(bytes / 1000).toFixed(bytes < 9950 ? 1 : 0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
