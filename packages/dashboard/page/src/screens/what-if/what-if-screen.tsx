import type { VNode } from 'preact';

export function WhatIfScreen(): VNode {
  return <div />;
}
