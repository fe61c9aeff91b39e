import type { VNode } from 'preact';

export function ResilienceScreen(): VNode {
  return <div />;
}
