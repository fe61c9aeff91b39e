import type { ComponentChildren, VNode } from 'preact';

export interface PanelProps {
  readonly title: ComponentChildren;
  /** Said beside the title, in grey. */
  readonly note?: ComponentChildren;
  /** Below the title. */
  readonly legend?: ComponentChildren;
  /** At the right end of the title. */
  readonly action?: ComponentChildren;
  /** Its place in the grid. */
  readonly place?: string;
  /** Without padding, for a table that reaches the edges. */
  readonly isFlush?: boolean;
  readonly children: ComponentChildren;
}

/** A white field with a title. */
export function Panel({ title, note, legend, action, place = '', isFlush = false, children }: PanelProps): VNode {
  return (
    <section class={`panel ${isFlush ? 'flush ' : ''}${place}`}>
      <header class={legend === undefined ? undefined : 'stacked'}>
        <h2>{title}</h2>
        {note === undefined ? null : <span class="note">{note}</span>}
        {legend === undefined ? null : <div class="legend">{legend}</div>}
        {action === undefined ? null : <span class="note push">{action}</span>}
      </header>
      {children}
    </section>
  );
}

export interface LegendItemProps {
  readonly mark: VNode;
  readonly children: ComponentChildren;
  readonly total?: ComponentChildren;
}

/** One entry of a legend, with its total. */
export function LegendItem({ mark, children, total }: LegendItemProps): VNode {
  return (
    <span>
      {mark}
      <span class="clip">{children}</span>
      {total === undefined ? null : <b class="ink">{total}</b>}
    </span>
  );
}

/** A mark in a colour of the tokens. */
export function Mark({ token, kind = '' }: { readonly token: string; readonly kind?: string }): VNode {
  return <i class={`mark ${kind}`} style={{ '--c': `var(${token})` }} />;
}

export interface TrackProps {
  /** From 0 to 1. */
  readonly part: number;
  readonly token?: string;
  readonly kind?: string;
}

/** A horizontal bar on its track. */
export function Track({ part, token = '--time-fill', kind = '' }: TrackProps): VNode {
  const width = `${Math.min(1, Math.max(0, part)) * 100}%`;
  return (
    <span class={`track ${kind}`}>
      <i style={{ width, '--c': `var(${token})` }} />
    </span>
  );
}

export interface TrackRow {
  readonly key: string;
  readonly name: ComponentChildren;
  readonly part: number;
  readonly value: ComponentChildren;
  readonly token?: string;
}

/** Names, bars and values below each other. */
export function TrackRows({ rows }: { readonly rows: readonly TrackRow[] }): VNode {
  return (
    <div class="rows">
      {rows.map(({ key, name, part, value, token = '--time-fill' }) => (
        <div class="row" key={key}>
          <span class="clip">{name}</span>
          <Track part={part} token={token} />
          <span>{value}</span>
        </div>
      ))}
    </div>
  );
}

/** A panel's content while there is nothing to show: what would fill it. */
export function Nothing({
  children,
  height,
}: {
  readonly children: ComponentChildren;
  readonly height?: number;
}): VNode {
  return (
    <p class="nothing" style={height === undefined ? {} : { minHeight: `${height}px` }}>
      {children}
    </p>
  );
}

/** A table that scrolls sideways in its own frame when it must. */
export function TableFrame({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-scroll" tabIndex={0} aria-label={label}>
      <table>{children}</table>
    </section>
  );
}
