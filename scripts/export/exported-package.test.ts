import { expect, it } from 'vitest';
import { exportedManifest } from './exported-package.ts';

const exported = exportedManifest({
  manifest: {
    name: 'tta-observability-integration',
    version: '1.0.0',
    dependencies: { 'lru-cache': '^11', 'tta-dev-primitives': '1.0.0' },
    devDependencies: { 'tta-conformance': '1.0.0' },
    peerDependencies: { '@langchain/core': '^1', '@opentelemetry/api': '^1.9.0', '@redis/client': '^6' },
  },
  developmentVersions: {
    ...{ vite: '8', vitest: '5', node: '24' },
    ...{ '@langchain/core': '1.4.0', '@redis/client': '6', '@opentelemetry/api': '1.10.0' },
  },
  tarballs: new Map([['tta-dev-primitives', 'tta-dev-primitives-1.0.0.tgz']]),
});

it('takes siblings from the tarballs and everything else from the registry', () => {
  expect(exported.dependencies).toEqual({
    'lru-cache': '^11',
    'tta-dev-primitives': 'file:tarballs/tta-dev-primitives-1.0.0.tgz',
  });
});

it('brings the test runner and the imported peers for its tests, and nothing that only the registry of this project has', () => {
  expect(exported.devDependencies).toEqual({
    ...{ vite: '8', vitest: '5' },
    ...{ '@langchain/core': '1.4.0', '@opentelemetry/api': '1.10.0' },
  });
  expect(exported.scripts).toEqual({ test: 'vitest run' });
});
