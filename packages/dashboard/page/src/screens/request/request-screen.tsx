import type { VNode } from 'preact';

export function RequestScreen(): VNode {
  return <div />;
}
