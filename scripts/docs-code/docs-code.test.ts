import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runToEnd } from '../command.ts';
import { publishedPackages, root } from '../workspace.ts';
import { codeBlocks, documentedCode } from './blocks.ts';
import { completed, listedNames } from './complete.ts';

/** Where an entry point is, or its file. */
type Conditions = { readonly 'tta-source': string } | string;

async function exportsOfPackages(): Promise<ReadonlyMap<string, string>> {
  const exported = new Map<string, string>();
  for (const { folder, manifest } of await publishedPackages()) {
    for (const [path, conditions] of Object.entries((manifest.exports ?? {}) as Readonly<Record<string, Conditions>>)) {
      if (typeof conditions === 'string') continue;
      const index = await readFile(join(root, folder, conditions['tta-source']), 'utf8');
      for (const name of listedNames(index))
        if (!exported.has(name)) exported.set(name, posix.join(manifest.name, path));
    }
  }
  return exported;
}

/** A block as a module. */
interface Module {
  readonly place: string;
  readonly code: string;
}

/** Code of LangChain, whose types need options of their own. */
const OF_LANGCHAIN = /'@langchain\/|integration\/langchain'/;

/** Names of the browser in the types of Google's SDK. */
const BROWSER_TYPES = join(root, 'packages/observability/src/__fixtures__/browser-types.d.ts');

/** What the compiler finds wrong, by the place of the block. */
async function compiled(blocks: readonly Module[]): Promise<string> {
  const exported = await exportsOfPackages();
  const modules = blocks.map(({ place, code }) => ({ place, code: completed(code, exported) }));
  const [chained, others] = [true, false].map((is) => modules.filter(({ code }) => OF_LANGCHAIN.test(code) === is));
  const found = await compiledBy('tsconfig.test.json', others ?? []);
  return found + (await compiledBy('tsconfig.langchain.json', chained ?? []));
}

async function compiledBy(config: string, modules: readonly Module[]): Promise<string> {
  if (modules.length === 0) return '';
  const folder = await mkdtemp(join(root, 'node_modules/.docs-code-'));
  try {
    const files = modules.map((_, index) => `block-${index}.ts`);
    await Promise.all(modules.map(({ code }, index) => writeFile(join(folder, `block-${index}.ts`), code)));
    const compilerOptions = { rootDir: root, verbatimModuleSyntax: false, noUnusedLocals: false };
    const own = { extends: join(root, config), compilerOptions, include: [BROWSER_TYPES], files };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(own));
    const { stdout } = await runToEnd(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      cwd: folder,
    });
    return stdout.replaceAll(/^block-(\d+)\.ts/gm, (_, index: string) => modules[Number(index)]?.place ?? '');
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the code of the pages', () => {
  it("compiles, with what is its reader's own stood in for", async () => {
    const blocks = await documentedCode();
    expect(blocks.length).toBeGreaterThan(20);
    expect(await compiled(blocks)).toBe('');
  });

  it('is told by its place when an option has another name', async () => {
    const [block] = codeBlocks('page.md', 'Thus:\n\n```ts\nnew CachePrimitive(ask, { ttl: 1 });\n```\n');
    expect(await compiled(block ? [block] : [])).toMatch(/^page\.md:3\(1,\d+\): error .*'ttl'/);
  });
});
