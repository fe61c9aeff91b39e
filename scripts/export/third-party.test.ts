import { describe, expect, it } from 'vitest';
import { aboutPackage, licences } from './third-party.ts';

const component = (name: string, licence?: string) => ({
  'bom-ref': `${name}@1.0.0`,
  name,
  version: '1.0.0',
  externalReferences: [
    { type: 'distribution', url: `file:/tmp/${name}.tgz` },
    { type: 'vcs', url: `https://example.org/${name}` },
  ],
  ...(licence === undefined ? {} : { licenses: [{ license: { id: licence } }] }),
});

const sbom = {
  metadata: { component: component('project') },
  components: [
    component('ours', 'MIT'),
    component('sibling', 'MIT'),
    component('lru-cache', 'BlueOak-1.0.0'),
    component('odd'),
  ],
  dependencies: [
    { ref: 'project@1.0.0', dependsOn: ['ours@1.0.0'] },
    { ref: 'ours@1.0.0', dependsOn: ['lru-cache@1.0.0'] },
  ],
};

describe('aboutPackage', () => {
  it('makes the bill of a project that of the package it installed', () => {
    const { metadata, components, dependencies } = aboutPackage(sbom, 'ours');
    expect(metadata.component.name).toBe('ours');
    expect(components.map(({ name }) => name)).toEqual(['sibling', 'lru-cache', 'odd']);
    expect(dependencies).toEqual([{ ref: 'ours@1.0.0', dependsOn: ['lru-cache@1.0.0'] }]);
  });

  it('leaves out where this machine took the packages from', () => {
    const text = JSON.stringify(aboutPackage(sbom, 'ours'));
    expect(text).toContain('https://example.org/lru-cache');
    expect(text).not.toContain('file:');
  });

  it('throws if the package was not installed', () => {
    expect(() => aboutPackage(sbom, 'missing')).toThrow('missing is not among the packages that were installed');
  });
});

describe('licences', () => {
  it('lists the packages of others by name, and says where a licence is not known', () => {
    expect(licences(sbom, ['ours', 'sibling'])).toBe(
      [
        '# Licences of the dependencies\n',
        '| package | version | licence |',
        '| --- | --- | --- |',
        '| lru-cache | 1.0.0 | BlueOak-1.0.0 |',
        '| odd | 1.0.0 | unknown |\n',
      ].join('\n'),
    );
  });
});
