import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { RequestDetail } from '../../../../src/wire/index.ts';
import { grouped } from '../../format/grouped.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { isAnswered, Name, STATUS_WORDS } from '../../parts/names.tsx';
import { useKeys } from '../../shell/keys.ts';
import { ApiError, readRequest } from '../../state/api.ts';
import { clock, go, rows, view } from '../../state/app-state.ts';
import { writeView } from '../../state/view.ts';
import { CostPanel } from './cost-panel.tsx';
import { DecisionPanel } from './decision-panel.tsx';
import { NamesPanel } from './names-panel.tsx';
import { StreamPanel } from './stream-panel.tsx';
import { Summary } from './summary.tsx';
import { Waterfall } from './waterfall.tsx';
import '../../style/request.css';
import '../../style/screens.css';

/** One request, at an address of its own. */
export function RequestScreen(): VNode {
  const id = view.value.id ?? '';
  const detail = useSignal<RequestDetail | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  useEffect(() => {
    readRequest(id).then(
      (found) => {
        detail.value = found;
      },
      (error: unknown) => {
        failure.value = isGone(error) ? GONE : `It could not be read: ${String((error as Error).message)}`;
      },
    );
  }, [id, detail, failure]);
  useEffect(() => useKeys((key) => requestKey(key, detail.peek())), [detail]);
  return (
    <div class="stack">
      <Crumb id={id} />
      {detail.value === undefined ? <Missing text={failure.value} /> : <Request detail={detail.value} />}
    </div>
  );
}

const GONE = 'This request is no longer kept, or was never seen. Its figures stay in every sum.';

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

function requestKey(key: string, detail: RequestDetail | undefined): boolean {
  const next = key === 'j' ? detail?.olderId : key === 'k' ? detail?.newerId : undefined;
  if (key === 'Escape') go({ ...view.peek(), screen: 'requests' });
  else if (next !== undefined) go({ ...view.peek(), id: next });
  else return false;
  return true;
}

function Crumb({ id }: { readonly id: string }): VNode {
  const at = rows.indexOf(id);
  return (
    <nav class="crumb" aria-label="Back">
      <a href={writeView({ ...view.value, screen: 'requests' })}>← Requests</a>
      {at < 0 ? null : (
        <span class="wide-only">
          {grouped(at + 1)} of {grouped(rows.length)}
        </span>
      )}
    </nav>
  );
}

function Missing({ text }: { readonly text: string | undefined }): VNode {
  return text === undefined ? <div class="still" /> : <p class="panel">{text}</p>;
}

function Request({ detail }: { readonly detail: RequestDetail }): VNode {
  return (
    <>
      <Title detail={detail} />
      <Summary detail={detail} />
      <div class="grid request">
        <div class="stack span-8">
          <Waterfall steps={detail.steps} totalMs={detail.row.totalMs} />
          <StreamPanel stream={detail.stream} route={detail.row.route} />
          <NamesPanel names={detail.names} />
        </div>
        <div class="stack span-4">
          <DecisionPanel decision={detail.decision} row={detail.row} />
          <CostPanel detail={detail} />
        </div>
      </div>
    </>
  );
}

function Title({ detail }: { readonly detail: RequestDetail }): VNode {
  const { row, comparison, names } = detail;
  return (
    <div class="page-head request-head">
      <div class="names">
        <div class="line-up">
          <h1 class="clip">
            <Name text={row.workflow} />
          </h1>
          <Outcome detail={detail} />
          {isAnswered(row.status) && comparison.failedTries > 0 ? (
            <span class="chip attention">{detail.decision?.isFallback ? 'from a fallback' : 'after a failed try'}</span>
          ) : null}
        </div>
        <p class="sub">
          {clock.full(row.atMs)} {clock.zone(row.atMs)}
          {names.tenant === undefined ? null : (
            <>
              {' · '}
              <Name text={names.tenant} />
            </>
          )}
          {' · '}
          <span class="mono">{row.id.slice(0, 18)}</span>
        </p>
      </div>
      <div class="push">
        <CopyButton text={() => JSON.stringify(detail, undefined, 2)}>JSON</CopyButton>
        <CopyButton text={() => location.href}>Link</CopyButton>
      </div>
    </div>
  );
}

function Outcome({ detail: { row } }: { readonly detail: RequestDetail }): VNode {
  if (row.status === 'ok')
    return <span class="chip">{row.answeredBy === 'cache' ? 'answered by the cache' : 'answered'}</span>;
  if (row.status === 'cancelled') return <span class="chip">cancelled</span>;
  const look = row.status === 'late' ? 'attention' : 'trouble';
  const cause = row.failure === undefined || row.failure === row.status ? '' : `: ${row.failure.replaceAll('_', ' ')}`;
  return (
    <span class={`chip ${look}`}>
      {STATUS_WORDS[row.status]}
      {cause}
    </span>
  );
}
