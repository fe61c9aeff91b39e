import { describe, expect, it } from 'vitest';
import { indexFindings, licenceFindings, manifestFindings, strayFileFindings } from './release.ts';

const manifest = {
  ...{ name: 'p', version: '1.0.0', license: 'MIT', type: 'module', engines: { node: '>=22.19' } },
  publishConfig: { access: 'public', provenance: true },
};

describe('manifestFindings', () => {
  it('accepts what every package states', () => {
    expect(manifestFindings(manifest)).toEqual([]);
  });

  it.each([
    ['license', { license: 'ISC' }],
    ['engines', { engines: { node: '>=20' } }],
    ['publishConfig', { publishConfig: { access: 'public' } }],
    ['type', { type: undefined }],
  ])('names another %s', (field, change) => {
    expect(manifestFindings({ ...manifest, ...change })).toEqual([
      expect.stringMatching(new RegExp(`^p: its ${field} must be `)),
    ]);
  });
});

describe('licenceFindings', () => {
  const lockfile = (entry: object) => ({ packages: { 'node_modules/x': entry } });

  it('accepts a permissive licence, and any licence of a package for development', () => {
    expect(licenceFindings(lockfile({ license: 'MIT' }))).toEqual([]);
    expect(licenceFindings(lockfile({ license: 'GPL-3.0', dev: true }))).toEqual([]);
  });

  it.each([{ license: 'GPL-3.0' }, {}])('names a package with %j', (entry) => {
    expect(licenceFindings(lockfile(entry))).toEqual([expect.stringMatching(/^node_modules\/x: .* is not among 0BSD/)]);
  });
});

describe('strayFileFindings', () => {
  it('accepts sources, builds, texts and the page', () => {
    const paths = ['package.json', 'LICENSE', 'src/a.ts', 'dist/a.js', 'dist/a.d.ts.map', 'dist/page/index.html'];
    expect(strayFileFindings(paths)).toEqual([]);
  });

  it.each(['.env', 'dist/.tsbuildinfo', 'src/notes.md', 'tsconfig.json', 'node_modules/x/index.js'])(
    'names %s',
    (path) => {
      expect(strayFileFindings([path])).toEqual([
        `its tarball has ${path}, which is no source, build or text about the package`,
      ]);
    },
  );
});

describe('indexFindings', () => {
  const index = (count: number) => {
    const names = Array.from({ length: count }, (_, name) => `n${name}`);
    return {
      path: 'index.ts',
      text: `export { ${names.join(', ')}, } from './a.ts';\nexport type { T } from './t.ts';\n`,
    };
  };

  it('accepts fifty names, types included', () => {
    expect(indexFindings(index(49))).toEqual([]);
  });

  it('counts one more', () => {
    expect(indexFindings(index(50))).toEqual(['index.ts: it exports 51 names, and at most 50 are allowed']);
  });
});
