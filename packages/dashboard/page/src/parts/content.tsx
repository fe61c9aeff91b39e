import type { ComponentChildren, VNode } from 'preact';

/** What stands in a cell of a table or in running text. */
export interface Content {
  readonly text: ComponentChildren;
  /** The exact value, for the tooltip. */
  readonly title?: string | undefined;
  /** Classes: a colour, mostly. */
  readonly look?: string | undefined;
}

/** The dash for what does not apply. */
export const DASH: Content = { text: '–', look: 'muted' };

/** Content in running text, or beside other content. */
export function Inline({ text, title, look }: Content): VNode {
  return (
    <span class={look} title={title}>
      {text}
    </span>
  );
}
