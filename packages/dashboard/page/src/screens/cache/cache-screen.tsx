import type { VNode } from 'preact';

export function CacheScreen(): VNode {
  return <div />;
}
