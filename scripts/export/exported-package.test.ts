import { describe, expect, it } from 'vitest';
import { exportedManifest, importedPackages } from './exported-package.ts';

describe('exportedManifest', () => {
  const exported = exportedManifest({
    manifest: {
      name: 'tta-observability-integration',
      version: '1.0.0',
      dependencies: { 'lru-cache': '^11', 'tta-dev-primitives': '1.0.0' },
      peerDependencies: { '@opentelemetry/api': '^1.9.0' },
    },
    projectDevDependencies: { vitest: '5', node: '24', knip: '6', 'fast-check': '4', '@opentelemetry/api': '1.10.0' },
    tarballs: new Map(
      ['tta-dev-primitives', 'tta-observability-integration', 'tta-conformance', 'tta-cli'].map((name) => [
        name,
        `${name}-1.0.0.tgz`,
      ]),
    ),
    imports: new Set(['fast-check', 'lru-cache', 'tta-observability-integration', 'tta-conformance']),
  });

  it('takes siblings from the tarballs and everything else from the registry', () => {
    expect(exported.dependencies).toEqual({
      'lru-cache': '^11',
      'tta-dev-primitives': 'file:tarballs/tta-dev-primitives-1.0.0.tgz',
    });
  });

  it('brings what its tests need, and no tools of this project', () => {
    expect(exported.devDependencies).toEqual({
      '@opentelemetry/api': '1.10.0',
      'fast-check': '4',
      node: '24',
      vitest: '5',
      'tta-conformance': 'file:tarballs/tta-conformance-1.0.0.tgz',
    });
    expect(exported.scripts).toEqual({ test: 'vitest run' });
  });
});

describe('importedPackages', () => {
  it('names packages once, without their subpaths, built-ins and own files', () => {
    const text = `
      import fs from 'node:fs';
      import { a } from './a.ts';
      import { createClient } from '@redis/client/dist/x';
      import 'side-effect';
      const { LRUCache } = await import("lru-cache");
      export { b } from 'tta-dev-primitives/testing';
      export { c } from 'tta-dev-primitives/internal';
    `;
    expect([...importedPackages(text)].sort()).toEqual([
      '@redis/client',
      'lru-cache',
      'side-effect',
      'tta-dev-primitives',
    ]);
  });
});
