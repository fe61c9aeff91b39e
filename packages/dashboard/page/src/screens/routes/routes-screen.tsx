import type { VNode } from 'preact';

export function RoutesScreen(): VNode {
  return <div />;
}
