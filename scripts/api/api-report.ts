import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';

/** What one import path of a package declares, as text that is committed and compared. */
export interface ApiReport {
  /** `tta-dev-primitives.api.md`, `tta-observability-integration.llm.api.md` */
  readonly fileName: string;
  readonly text: string;
}

/** An import path of a built package: the declarations that it resolves to. */
export interface ApiEntry {
  /** The file name of its report. */
  readonly fileName: string;
  /** The absolute path of its `.d.ts`. */
  readonly declarations: string;
}

/**
 * Reports on the import paths of one package. They share a compiler, which reads the package once.
 *
 * @param folder the folder of the package, which has a package.json
 * @throws Error that names the import path if its declarations cannot be read
 */
export async function apiReports(folder: string, entries: readonly ApiEntry[]): Promise<readonly ApiReport[]> {
  const output = await mkdtemp(join(tmpdir(), 'tta-api-'));
  try {
    const configs = entries.map((entry) => configOf(folder, entry, output));
    const [first] = configs;
    if (first === undefined) return [];
    const compilerState = CompilerState.create(first, {
      additionalEntryPoints: entries.slice(1).map(({ declarations }) => declarations),
    });
    return await Promise.all(configs.map((config) => reportOf(config, compilerState)));
  } finally {
    await rm(output, { recursive: true });
  }
}

async function reportOf(config: ExtractorConfig, compilerState: CompilerState): Promise<ApiReport> {
  const errors: string[] = [];
  Extractor.invoke(config, {
    compilerState,
    localBuild: true, // writes the report instead of comparing it
    messageCallback(message) {
      message.handled = true;
      if (message.logLevel === 'error') errors.push(message.text);
    },
  });
  if (errors.length > 0) throw new Error(`${config.mainEntryPointFilePath}: ${errors.join('; ')}`);
  return { fileName: basename(config.reportFilePath), text: await readFile(config.reportFilePath, 'utf8') };
}

/** The declarations of TypeScript 7 are read by the compiler that API Extractor brings, under the same strict rules. */
function configOf(folder: string, { fileName, declarations }: ApiEntry, output: string): ExtractorConfig {
  const compilerOptions = {
    ...{ target: 'es2024', lib: ['es2024'], types: ['node'], module: 'nodenext', moduleResolution: 'nodenext' },
    ...{ strict: true, skipLibCheck: true },
  };
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: declarations,
      compiler: { overrideTsconfig: { compilerOptions, files: [declarations] } },
      apiReport: {
        enabled: true,
        reportFolder: output,
        reportTempFolder: join(output, 'temp'),
        reportFileName: fileName,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
    },
  });
}
