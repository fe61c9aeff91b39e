import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { runToEnd } from '../command.ts';
import type { SourceFile } from '../shape/source-text.ts';
import { publishedPackages, root } from '../workspace.ts';
import { type CodeBlock, codeBlocks } from './blocks.ts';
import { completed, type Exports, listedNames } from './complete.ts';

/** Code of LangChain, whose types need options of their own. */
const OF_LANGCHAIN = /'@langchain\/|integration\/langchain'/;

/** Names of the browser in the types of Google's SDK. */
const BROWSER_TYPES = join(root, 'packages/observability/src/__fixtures__/browser-types.d.ts');

/** What the compiler finds wrong in the TypeScript of pages, with the places of the blocks. */
export async function codeFindings(pages: readonly SourceFile[]): Promise<readonly string[]> {
  const exported = await exportsOfPackages();
  const modules = pages.flatMap(codeBlocks).map(({ place, code }) => ({ place, code: completed(code, exported) }));
  const isChained = ({ code }: CodeBlock): boolean => OF_LANGCHAIN.test(code);
  const found = [
    await compiled(
      modules.filter((module) => !isChained(module)),
      'tsconfig.test.json',
    ),
    await compiled(modules.filter(isChained), 'tsconfig.langchain.json'),
  ];
  return found.flat();
}

/** Where an entry point is, or its file. */
type Conditions = { readonly 'tta-source': string } | string;

async function exportsOfPackages(): Promise<Exports> {
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

async function compiled(modules: readonly CodeBlock[], config: string): Promise<readonly string[]> {
  if (modules.length === 0) return [];
  const folder = await mkdtemp(join(root, 'node_modules/.docs-code-'));
  try {
    const files = modules.map((_, index) => `block-${index}.ts`);
    await Promise.all(modules.map(({ code }, index) => writeFile(join(folder, `block-${index}.ts`), code)));
    const compilerOptions = { rootDir: root, verbatimModuleSyntax: false, noUnusedLocals: false };
    const own = { extends: join(root, config), compilerOptions, include: [BROWSER_TYPES], files };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(own));
    const tsc = join(root, 'node_modules/.bin/tsc');
    const { stdout, stderr, exitCode } = await runToEnd(tsc, ['-p', folder, '--pretty', 'false'], { cwd: folder });
    if (exitCode === 0) return [];
    const named = stdout.replaceAll(/^block-(\d+)\.ts/gm, (_, index: string) => modules[Number(index)]?.place ?? '');
    return [(named + stderr).trim()];
  } finally {
    await rm(folder, { recursive: true });
  }
}
