import type { VNode } from 'preact';

export function RequestsScreen(): VNode {
  return <div />;
}
