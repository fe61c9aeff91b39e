import type { ComponentChildren, VNode } from 'preact';
import { Sparkline } from './sparkline.tsx';

export interface FigureProps {
  readonly name: string;
  readonly value: ComponentChildren;
  /** The line below: how it has changed. */
  readonly change: ComponentChildren;
  /** What the change is measured against, as a tooltip. */
  readonly before?: string | undefined;
  readonly isBad?: boolean;
  readonly valueClass?: string;
  readonly spark?: readonly (number | null)[];
  /** The screen that explains it. */
  readonly href?: string;
}

/** Label, value, one line of change, sparkline. Its height is fixed, so nothing jumps. */
export function Figure({
  name,
  value,
  change,
  before,
  isBad = false,
  valueClass = '',
  spark,
  href,
}: FigureProps): VNode {
  const content = (
    <>
      <div class="name">{name}</div>
      <div class={`value ${valueClass}`}>{value}</div>
      <div class={isBad ? 'change bad' : 'change'} title={before}>
        {change}
      </div>
      {spark === undefined ? null : <Sparkline values={spark} />}
    </>
  );
  return href === undefined ? (
    <div class="figure">{content}</div>
  ) : (
    <a class="figure" href={href}>
      {content}
    </a>
  );
}
