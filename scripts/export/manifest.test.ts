import { describe, expect, it } from 'vitest';
import { kindOf, MANIFEST_FILE, makeManifest, readManifestFile, strayFiles } from './manifest.ts';
import { temporaryFolder, writeFiles } from './temporary-folder.ts';

const IDENTITY = { name: 'p', version: '1.2.3', commit: 'abc' };

describe('kindOf', () => {
  it.each([
    ['tarballs/p-1.0.0.tgz', 'tarball'],
    ['src/index.ts', 'source'],
    ['src/index.test.ts', 'test'],
    ['dist/index.d.ts', 'build'],
    ['docs/concepts.md', 'docs'],
    ['LICENSE', 'other'],
  ])('%s is %s', (path, kind) => {
    expect(kindOf(path)).toBe(kind);
  });
});

describe('makeManifest', () => {
  it('lists every file with its size and SHA-256, sorted by path, and counts them by kind', async () => {
    await using folder = await temporaryFolder({ 'src/b.ts': 'abc', 'a.md': '', 'node_modules/x/index.js': 'x' });
    const manifest = await makeManifest(folder.path, IDENTITY);
    expect(manifest).toMatchObject({ ...IDENTITY, counts: { source: 1, docs: 1, tarball: 0 } });
    expect(manifest.files).toEqual([
      {
        path: 'a.md',
        kind: 'docs',
        bytes: 0,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
      {
        path: 'src/b.ts',
        kind: 'source',
        bytes: 3,
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
    ]);
  });
});

describe('strayFiles', () => {
  it('names what was changed, added or removed, and not the manifest itself', async () => {
    await using folder = await temporaryFolder({ same: '1', changed: '1' });
    const manifest = await makeManifest(folder.path, IDENTITY);
    const withRemoved = {
      ...manifest,
      files: [...manifest.files, { path: 'removed', kind: 'other', bytes: 0, sha256: '' }],
    };
    await writeFiles(folder.path, { changed: '2', added: '1', [MANIFEST_FILE]: '{}' });
    expect(await strayFiles(folder.path, withRemoved as typeof manifest)).toEqual(['added', 'changed', 'removed']);
  });
});

describe('readManifestFile', () => {
  it('gives nothing where there is none, or one that cannot be read', async () => {
    await using folder = await temporaryFolder({ [`broken/${MANIFEST_FILE}`]: '{' });
    expect(await readManifestFile(folder.path)).toBeUndefined();
    expect(await readManifestFile(folder.in('broken'))).toBeUndefined();
  });
});
