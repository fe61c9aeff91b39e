import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { unsupportedNode } from './supported-node.ts';

it.each(['20.20.2', '22.18.0', '18.0.0'])('refuses Node.js %s in one sentence', (node) => {
  expect(unsupportedNode({ node })).toBe(
    `tta-dev-primitives needs Node.js 22.19 or newer, but this is Node.js ${node}.`,
  );
});

it.each(['22.19.0', '22.20.1', '24.0.0', '26.1.0'])('accepts Node.js %s', (node) => {
  expect(unsupportedNode({ node })).toBeUndefined();
});

it.each([{ node: '20.11.1', deno: '2.0.0' }, { node: '18.0.0', bun: '1.4.5' }, {}])(
  'accepts another runtime: %j',
  (versions) => {
    expect(unsupportedNode(versions)).toBeUndefined();
  },
);

it('names the version that the manifest asks for', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(unsupportedNode({ node: '20.0.0' })).toContain(`Node.js ${engines.node.replace('>=', '')} or newer`);
});
