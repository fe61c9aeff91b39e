import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { BridgeStep } from '../../../../src/wire/index.ts';
import { useWidth } from '../../charts/use-width.ts';
import { MINUS } from '../../format/grouped.ts';
import { moneyText } from '../../format/money.ts';

const HEIGHT = 210;
const GROUND = HEIGHT - 24;
const ROW = 29;
const NARROW = 560;

interface Bar {
  readonly key: string;
  readonly name: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly look: string;
  readonly isGain: boolean;
}

/** From what the baseline would have cost to what was paid, step by step. */
export function BridgeChart({ steps }: { readonly steps: readonly BridgeStep[] }): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const bars = barsOf(steps);
  const most = Math.max(...bars.map(({ from, to }) => Math.max(from, to)), 1e-9);
  const isNarrow = width < NARROW;
  const label = bars.map(({ name, text }) => `${name} ${text}`).join(', ');
  const height = isNarrow ? bars.length * ROW + 8 : HEIGHT;
  return (
    <div class="chart" ref={frame} role="img" aria-label={label} style={{ minHeight: `${height}px` }}>
      {width === 0 ? null : (
        <svg height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <Stripes />
          {isNarrow ? (
            <Lying bars={bars} most={most} width={width} />
          ) : (
            <Standing bars={bars} most={most} width={width} />
          )}
        </svg>
      )}
    </div>
  );
}

/** Estimated money is striped, everywhere. */
function Stripes(): VNode {
  return (
    <defs>
      <pattern id="stripes" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="5" height="5" fill="var(--saved-fill)" opacity=".62" />
        <rect width="2.5" height="5" fill="var(--saved-fill)" />
      </pattern>
    </defs>
  );
}

interface BarsProps {
  readonly bars: readonly Bar[];
  readonly most: number;
  readonly width: number;
}

function Standing({ bars, most, width }: BarsProps): VNode {
  const slot = width / bars.length;
  const y = (usd: number): number => GROUND - (usd / most) * (GROUND - 24);
  return (
    <>
      <line x1={0} x2={width} y1={GROUND + 0.5} y2={GROUND + 0.5} stroke="var(--line-strong)" />
      {bars.map(({ key, name, text, from, to, look, isGain }, at) => {
        const top = y(Math.max(from, to));
        const middle = at * slot + slot / 2;
        const end = Math.round(y(to)) + 0.5;
        return (
          <g key={key}>
            <rect
              class={look}
              x={at * slot + slot * 0.14 + 0.5}
              width={slot * 0.72}
              y={top}
              height={Math.max(2, Math.abs(y(from) - y(to)))}
              rx={2}
            />
            <text x={middle} y={top - 7} text-anchor="middle" class={isGain ? 'amount gain' : 'amount'}>
              {text}
            </text>
            <text x={middle} y={HEIGHT - 6} text-anchor="middle" class="word">
              {clipped(name, slot)}
            </text>
            {at === bars.length - 1 ? null : (
              <line
                x1={at * slot + slot * 0.86}
                x2={(at + 1) * slot + slot * 0.14}
                y1={end}
                y2={end}
                stroke="var(--line-strong)"
              />
            )}
          </g>
        );
      })}
    </>
  );
}

function Lying({ bars, most, width }: BarsProps): VNode {
  const longest = Math.max(...bars.map(({ name }) => name.length));
  const room = Math.min(0.4 * width, Math.max(84, longest * LETTER_PX + 8));
  const x = (usd: number): number => room + (usd / most) * (width - room - 66);
  return (
    <>
      {bars.map(({ key, name, text, from, to, look, isGain }, at) => (
        <g key={key}>
          <text x={0} y={at * ROW + 18} class="word">
            {clipped(name, room)}
          </text>
          <rect
            class={look}
            x={x(Math.min(from, to))}
            width={Math.max(2, Math.abs(x(from) - x(to)))}
            y={at * ROW + 4}
            height={19}
            rx={2}
          />
          <text x={width} y={at * ROW + 18} text-anchor="end" class={isGain ? 'amount small gain' : 'amount small'}>
            {text}
          </text>
        </g>
      ))}
    </>
  );
}

const CAUSE_NAMES: Readonly<Record<NonNullable<BridgeStep['cause']>, string>> = {
  route: 'routing',
  cache: 'cache',
  shared: 'shared calls',
  stale: 'stale answers',
  no_answer: 'failed calls',
  failed_tries: 'failed tries',
  costlier: 'costlier',
  measuring: 'measuring',
};

const LOOKS: Readonly<Record<BridgeStep['kind'], string>> = {
  ...{ baseline: 'step-outline', estimated: 'step-estimated', realised: 'step-realised' },
  ...{ no_answer: 'step-outline', paid: 'step-spent', spent: 'step-spent' },
};

function barsOf(steps: readonly BridgeStep[]): readonly Bar[] {
  let level = 0;
  return steps.map(({ kind, route, cause, usd }, at) => {
    const isEnd = kind === 'baseline' || kind === 'spent';
    const from = isEnd ? 0 : level;
    level = isEnd ? usd : level + usd;
    const sign = isEnd || usd === 0 ? '' : usd > 0 ? '+' : MINUS;
    return {
      key: `${at}:${kind}`,
      name: nameOf(kind, route, cause),
      text: `${sign}${moneyText(Math.abs(usd))}`,
      from,
      to: level,
      look: LOOKS[kind],
      isGain: usd < 0 && (kind === 'estimated' || kind === 'realised'),
    };
  });
}

function nameOf(kind: BridgeStep['kind'], route: string | undefined, cause: BridgeStep['cause']): string {
  if (kind === 'baseline') return 'Baseline';
  if (kind === 'spent') return 'Spent';
  if (kind === 'no_answer') return 'no answer';
  if (route !== undefined) return `to ${route.replace(/\s+/g, ' ')}`;
  return cause === undefined ? kind : CAUSE_NAMES[cause];
}

const LETTER_PX = 7;

/** As many characters as have room. */
function clipped(text: string, room: number): string {
  const most = Math.max(3, Math.floor(room / LETTER_PX));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
