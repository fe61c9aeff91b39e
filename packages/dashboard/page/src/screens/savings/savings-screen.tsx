import type { VNode } from 'preact';

export function SavingsScreen(): VNode {
  return <div />;
}
