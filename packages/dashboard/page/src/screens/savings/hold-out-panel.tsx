import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { HoldOut, Savings } from '../../../../src/wire/index.ts';
import { useWidth } from '../../charts/use-width.ts';
import { grouped } from '../../format/grouped.ts';
import { shareText } from '../../format/share.ts';
import { Money, Share } from '../../parts/numbers.tsx';
import { Nothing, Panel } from '../../parts/panel.tsx';

/** The saving as it was measured, beside the saving as it is estimated. */
export function HoldOutPanel({ savings }: { readonly savings: Savings }): VNode {
  const { holdOut } = savings;
  if (holdOut === undefined) return <NotMeasured />;
  const { measured, estimatedShare, fraction, costUsd, asGood } = holdOut;
  const isInside = estimatedShare >= measured.low && estimatedShare <= measured.high;
  return (
    <Panel title="Is it true?" note={`${grouped(measured.n)} requests were held out`} place="span-5 full">
      <p class="measure">
        {shareText(fraction, 0)} of the requests, drawn by chance, went without savings. What they cost more is what is
        saved: nothing here is estimated.
      </p>
      <IntervalChart holdOut={holdOut} />
      <dl class="pairs">
        <div>
          <dt>Measured saving</dt>
          <dd>
            <Share of={measured.share} />{' '}
            <span class="muted">
              (95 %: {grouped(measured.low * 100, 1)}–{shareText(measured.high)})
            </span>
          </dd>
        </div>
        <div>
          <dt>Estimated saving, all requests</dt>
          <dd>
            <Share of={estimatedShare} />
          </dd>
        </div>
        <div>
          <dt>Cost of measuring, part of the spend</dt>
          <dd>
            <Money usd={costUsd} />
          </dd>
        </div>
        {asGood === undefined ? null : (
          <div>
            <dt>As good as the baseline’s answer</dt>
            <dd>
              <Share of={asGood.share} /> <span class="muted">of {grouped(asGood.n)}</span>
            </dd>
          </div>
        )}
      </dl>
      <p class="note">
        The estimate lies {isInside ? 'inside' : 'outside'} the interval.{' '}
        {isInside ? 'Four times as many requests would halve it.' : 'Trust the measured saving.'}
      </p>
    </Panel>
  );
}

function NotMeasured(): VNode {
  return (
    <Panel title="Is it true?" note="not measured yet" place="span-5 full">
      <Nothing height={190}>
        <span>
          The saving by routing is an estimate: the same tokens at the baseline’s price.{' '}
          <code class="mono ink">
            <span class="nowrap">{'new SavingsLedger({'}</span>{' '}
            <span class="nowrap">{'holdOut: { share: 0.05 } })'}</span>
          </code>{' '}
          lets a twentieth of the requests go without savings, and an interval appears here.
        </span>
      </Nothing>
    </Panel>
  );
}

const HEIGHT = 150;

function IntervalChart({ holdOut }: { readonly holdOut: HoldOut }): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const { measured, estimatedShare } = holdOut;
  const from = Math.floor((Math.min(measured.low, estimatedShare) - 0.05) * 10) / 10;
  const to = Math.ceil((Math.max(measured.high, estimatedShare) + 0.05) * 10) / 10;
  const left = width < 420 ? 84 : 112;
  const x = (share: number): number => left + ((share - from) / (to - from)) * (width - left - 18);
  const step = (to - from) / (width < 420 ? 0.4 : 0.8) > 1 ? 0.2 : 0.1;
  const ticks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, at) => from + at * step);
  const [low, middle, high] = [x(measured.low), x(measured.share), x(measured.high)];
  return (
    <div
      class="chart"
      ref={frame}
      role="img"
      aria-label={`Measured ${shareText(measured.share)}, from ${shareText(measured.low)} to ${shareText(measured.high)}; estimated ${shareText(estimatedShare)}`}
    >
      {width === 0 ? null : (
        <svg height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={x(tick)} x2={x(tick)} y1={8} y2={112} stroke="var(--line)" />
              <text x={x(tick)} y={130} text-anchor="middle">
                {Math.round(tick * 100)} %
              </text>
            </g>
          ))}
          <rect x={low} width={Math.max(1, high - low)} y={8} height={104} fill="var(--saved-tint)" />
          <text x={0} y={38} class="word">
            measured
          </text>
          <path d={`M${low} 34H${high}M${low} 28v12M${high} 28v12`} stroke="var(--ink)" stroke-width={2} />
          <circle cx={middle} cy={34} r={6} fill="var(--ink)" stroke="var(--saved-tint)" stroke-width={2} />
          <text x={0} y={88} class="word">
            estimated
          </text>
          <circle
            cx={x(estimatedShare)}
            cy={84}
            r={5.5}
            fill="var(--surface)"
            stroke="var(--saved)"
            stroke-width={2}
            stroke-dasharray="2.5 1.8"
          />
        </svg>
      )}
    </div>
  );
}
