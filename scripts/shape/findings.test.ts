import { describe, expect, it } from 'vitest';
import { longFiles, packedFileFindings, readmeDrift, runtimeDependencies, unequalVersions } from './findings.ts';

const lines = (count: number): string => 'x\n'.repeat(count);

describe('longFiles', () => {
  it('accepts a file of 400 lines', () => {
    expect(longFiles([{ path: 'a.ts', text: lines(400) }])).toEqual([]);
  });

  it('names a file of 401 lines', () => {
    expect(longFiles([{ path: 'a.ts', text: lines(401) }])).toEqual(['a.ts: 401 lines, and at most 400 are allowed']);
  });
});

describe('runtimeDependencies', () => {
  it('names every dependency and peer of a package that is to have none', () => {
    const manifest = { name: 'p', version: '1.0.0', dependencies: { a: '1' }, peerDependencies: { b: '2' } };
    expect(runtimeDependencies(manifest)).toEqual([
      'p: it must have no dependencies, but it depends on a',
      'p: it must have no dependencies, but it depends on b',
    ]);
  });

  it('does not mind what only development needs', () => {
    expect(runtimeDependencies({ name: 'p', version: '1.0.0', devDependencies: { a: '1' } })).toEqual([]);
  });
});

describe('unequalVersions', () => {
  const first = { name: 'a', version: '1.0.0' };

  it('accepts one version that everybody wants', () => {
    expect(unequalVersions([first, { name: 'b', version: '1.0.0', dependencies: { a: '1.0.0', lru: '^11' } }])).toEqual(
      [],
    );
  });

  it('names a package of another version', () => {
    expect(unequalVersions([first, { name: 'b', version: '1.1.0' }])).toEqual([
      'b: its version is 1.1.0, but a has 1.0.0',
    ]);
  });

  it('names a package that wants an older sibling', () => {
    expect(unequalVersions([first, { name: 'b', version: '1.0.0', dependencies: { a: '0.9.0' } }])).toEqual([
      'b: it wants a 0.9.0, but that is 1.0.0',
    ]);
  });
});

describe('readmeDrift', () => {
  const readme = (code: string) =>
    `# t\n\`\`\`ts\nother();\n\`\`\`\n\n\`\`\`ts\n${code}\`\`\`\n\nThis is [examples/quickstart.ts](examples/quickstart.ts).\n`;

  it('accepts a README whose quick start is the example', () => {
    expect(readmeDrift(readme('run();\n'), 'run();\n')).toEqual([]);
  });

  it('notices one changed character', () => {
    expect(readmeDrift(readme('run();\n'), 'run() ;\n')).toEqual([
      'README.md: its quick start differs from examples/quickstart.ts',
    ]);
  });

  it('notices a README without a quick start', () => {
    expect(readmeDrift('# t\n```ts\nother();\n```\n', 'run();\n')).toEqual([
      'README.md: no block of TypeScript is followed by "This is [examples/quickstart.ts]"',
    ]);
  });
});

describe('packedFileFindings', () => {
  const needed = ['README.md', 'LICENSE'];

  it('accepts sources, their build and what users test with', () => {
    const built = ['dist/a.js', 'dist/a.js.map', 'dist/testing/index.js', 'dist/node/shared-a.js.map'];
    expect(packedFileFindings([...needed, 'src/a.ts', ...built])).toEqual([]);
  });

  it('names what is missing', () => {
    expect(packedFileFindings(['LICENSE'])).toEqual(['its tarball has no README.md']);
  });

  it('names a build whose source is missing', () => {
    expect(packedFileFindings([...needed, 'dist/b/a.js', 'dist/b/a.js.map'])).toEqual([
      'its tarball has dist/b/a.js.map but no src/b/a.ts; if that was deleted, delete dist and build again',
    ]);
  });

  it.each(['src/a.test.ts', 'dist/a.test-d.js', 'src/__fixtures__/a.ts', 'dist/a.tsbuildinfo'])('names %s', (path) => {
    expect(packedFileFindings([...needed, path])).toEqual([
      `its tarball has ${path}, which is for its own tests or build`,
    ]);
  });
});
