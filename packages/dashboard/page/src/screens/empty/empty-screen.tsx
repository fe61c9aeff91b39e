import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { CopyButton } from '../../parts/copy-button.tsx';
import { clock, feed, status } from '../../state/app-state.ts';
import '../../style/empty.css';

interface Start {
  readonly title: string;
  readonly comment: string;
  readonly lines: readonly string[];
}

/** The ways in which requests come to this page. */
const STARTS: readonly [Start, ...Start[]] = [
  {
    title: 'This library',
    comment: '// npm i tta-observability-integration tta-dashboard',
    lines: [
      "import { initializeObservability } from 'tta-observability-integration';",
      "import { observe } from 'tta-observability-integration/openai';",
      'await initializeObservability(); const client = observe(new OpenAI());',
    ],
  },
  {
    title: 'OpenTelemetry',
    comment: '# any language whose spans follow the gen_ai conventions',
    lines: [
      'npx tta dashboard --port 4318',
      'export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318',
      'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    ],
  },
  {
    title: 'A ledger file',
    comment: '# one line of JSON for each request',
    lines: ['npx tta dashboard ledger.jsonl'],
  },
];

/** Before the first request: what to paste, whether the page listens, and how to see it without keys. */
export function EmptyScreen(): VNode {
  const chosen = useSignal(0);
  const start = STARTS[chosen.value] ?? STARTS[0];
  return (
    <div class="empty">
      <h1>Nothing has been asked yet.</h1>
      <p>
        This page fills itself with the first request, and needs nothing else. Add these lines where your program
        starts:
      </p>
      <fieldset class="segment" aria-label="How">
        {STARTS.map(({ title }, index) => (
          <button
            type="button"
            key={title}
            aria-pressed={index === chosen.value}
            onClick={() => {
              chosen.value = index;
            }}
          >
            {title}
          </button>
        ))}
      </fieldset>
      <div class="code">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre tabIndex={0}>
          <span class="comment">{start.comment}</span>
          {`\n${start.lines.join('\n')}`}
        </pre>
        <CopyButton text={() => start.lines.join('\n')}>Copy</CopyButton>
      </div>
      <p class="listening">
        <span class="live ring">
          <i />
        </span>
        <Listening />
      </p>
      <p class="just-look">
        Only want to look? <code class="mono ink">npm start</code> runs a demo without keys; this page moves after two
        seconds.
      </p>
    </div>
  );
}

function Listening(): VNode {
  const current = status.value;
  if (current === undefined || feed.connection.value !== 'live') return <span>Not connected.</span>;
  return (
    <span>
      Listening on {current.source.address}. Nothing has come since {clock.moment(current.startedAtMs, current.nowAtMs)}
      .
    </span>
  );
}
