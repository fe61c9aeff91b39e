import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { RequestNames } from '../../../../src/wire/index.ts';
import { Panel } from '../../parts/panel.tsx';
import { status } from '../../state/app-state.ts';
import { copyText } from '../../state/clipboard.ts';

/** Everything this request is called elsewhere. */
export function NamesPanel({ names }: { readonly names: RequestNames }): VNode {
  const copied = useSignal<string | undefined>(undefined);
  const entries: readonly (readonly [string, string | undefined, boolean?])[] = [
    ['Request', names.id, true],
    ['Trace', names.traceId, true],
    ['Workflow', names.workflowId, true],
    ['Correlation', names.correlationId === names.workflowId ? undefined : names.correlationId, true],
    ['Tenant', names.tenant],
    ['User', names.user],
    ['Session', names.session],
    ...Object.entries(names.tags),
  ];
  const content = status.value?.kept.content ? '' : '; prompt and answer are not kept unless capture is on';
  return (
    <Panel title="Names" note={`a click copies${content}`}>
      <dl class="pairs left">
        {entries.map(([name, value, isId = false]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt class="clip">
                <bdi>{name}</bdi>
              </dt>
              <dd>
                <button
                  type="button"
                  class={isId ? 'copyable mono' : 'copyable'}
                  onClick={async () => {
                    copied.value = (await copyText(value)) ? name : undefined;
                  }}
                >
                  <bdi>{value}</bdi>
                </button>
                {copied.value === name ? (
                  <span class="note" role="status">
                    {' '}
                    copied
                  </span>
                ) : null}
              </dd>
            </div>
          ),
        )}
      </dl>
    </Panel>
  );
}
