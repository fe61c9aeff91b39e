import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { npmIn, runToEnd } from './command.ts';
import { packedProject } from './export/packed-project.ts';
import { readSteps, type Step } from './first-hour/steps.ts';
import { areServicesRequired } from './services/required-services.ts';
import { readManifest, root } from './workspace.ts';

const COMPILERS = ['5.9', '6', '7'];

/** The example of each section of docs/first-calls.md. */
const EXAMPLES: Readonly<Record<string, string>> = {
  OpenAI: 'openai.ts',
  Anthropic: 'anthropic.ts',
  Google: 'google.ts',
  'AI SDK': 'ai-sdk.ts',
  LangChain: 'langchain.ts',
  'Amazon Bedrock': 'bedrock.ts',
};

/** Types that the declarations of an SDK import and the SDK does not install. */
const LACKING: Readonly<Record<string, readonly string[]>> = { 'AI SDK': ['@types/json-schema'] };

const COMMON = { target: 'es2024', module: 'nodenext', strict: true, types: ['node'], noEmit: true };

const RULES: Readonly<Record<string, object>> = {
  'with the declarations of all packages': { ...COMMON, skipLibCheck: false },
  'as `tsc --init` sets it up': {
    ...COMMON,
    ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true },
    skipLibCheck: true,
  },
};

/** For installations and compilers on a machine that is busy or far from the registry. */
const LONG_MS = 1_800_000;

/** The packages that a reader installs for a step, in the versions that this repository tests. */
async function packagesOf({ title, actions }: Step): Promise<readonly string[]> {
  const { devDependencies = {} } = await readManifest(root);
  const named = actions.flatMap((action) =>
    action.kind === 'commands'
      ? (/npm install (?<names>.+)/.exec(action.commands)?.groups?.['names']?.split(' ') ?? [])
      : [],
  );
  const versioned = ['@types/node', ...named].map((name) => `${name}@${devDependencies[name]}`);
  return [...versioned, ...(LACKING[title] ?? [])];
}

const steps = await readSteps('first-calls.md');
const tarballs = ['tta-dev-primitives', 'tta-observability-integration'].map(
  (name) => inject('tarballs')[name] ?? name,
);
let folder: string;

// Each SDK and each compiler is installed from the registry, which takes minutes.
describe.skipIf(!areServicesRequired('the examples under TypeScript 5.9, 6 and 7'))(
  'a packed install with one SDK',
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tta-compilers-'));
      await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
      for (const version of COMPILERS) {
        const home = join(folder, version); // a folder of its own: they all are named `tsc`
        await npmIn(folder, ['install', '--no-save', '--prefix', home, `typescript@${version}`], {
          timeoutMs: LONG_MS,
        });
      }
    }, LONG_MS);

    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each(steps)('compiles its programs under every TypeScript: $title', { timeout: LONG_MS }, async (step) => {
      const packages = await packagesOf(step);
      await using project = await packedProject(tarballs, { packages });
      const programs = step.actions.flatMap((action) => (action.kind === 'program' ? [action.code] : []));
      const example = EXAMPLES[step.title];
      if (example !== undefined) programs.push(await readFile(join(root, 'examples', example), 'utf8'));
      const files = programs.map((_, index) => `program-${index}.ts`);
      await Promise.all(programs.map((code, index) => writeFile(join(project.folder, `program-${index}.ts`), code)));
      for (const [rules, compilerOptions] of Object.entries(RULES)) {
        await writeFile(join(project.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
        for (const version of COMPILERS) {
          const tsc = join(folder, version, 'node_modules/.bin/tsc');
          const { stdout } = await runToEnd(tsc, ['-p', '.', '--pretty', 'false'], { cwd: project.folder });
          expect(stdout, `TypeScript ${version} ${rules}`).toBe('');
        }
      }
    });
  },
);
