// Exports tta-observability-integration; see HELP in export/options.ts.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';
import { EXPORTED_PACKAGE, exportedFiles, packAll, tarballsOf, writeFiles } from './export/bundle.ts';
import { cleanCommit } from './export/clean-tree.ts';
import { deliver } from './export/deliver.ts';
import { type Manifest, makeManifest, writeManifest } from './export/manifest.ts';
import { type ExportOptions, exportOptions, HELP } from './export/options.ts';
import { packedProject } from './export/packed-project.ts';
import { Progress, type StepTime } from './export/progress.ts';
import { ExportRefusal } from './export/refusal.ts';
import { replaceFolder } from './export/replace-folder.ts';
import { folderInTarget } from './export/target.ts';
import { writeThirdParty } from './export/third-party.ts';
import { beginLifetime, type Lifetime } from './lifetime/lifetime.ts';
import { readManifest, root } from './workspace.ts';

/** What the command prints with `--json`. */
interface Result extends Pick<Manifest, 'name' | 'version' | 'commit'> {
  readonly bundle: string;
  readonly destination: string | null;
  readonly files: number;
  readonly bytes: number;
  /** How many tests passed beside the destination; null without one. */
  readonly testsPassed: number | null;
  readonly steps: readonly StepTime[];
}

const bundle = join(root, 'export', EXPORTED_PACKAGE);

/** Installs the tarballs into an empty project, runs the code of the first page there, and writes down what was installed. */
async function prove(staging: string, { supervision, guard }: Lifetime): Promise<void> {
  const tarballs = (await tarballsOf(staging)).filter((path) => /tta-(dev-primitives|observability)/.test(path));
  await using project = await packedProject(tarballs, { ...supervision, onFolder: (folder) => guard.remove(folder) });
  await project.runCode(await readFile(join(root, 'examples/quickstart.ts'), 'utf8'));
  await writeThirdParty(staging, EXPORTED_PACKAGE, project.folder, supervision);
}

async function exportPackage(
  destination: string | undefined,
  identity: Pick<Manifest, 'name' | 'version' | 'commit'>,
  lifetime: Lifetime,
): Promise<Result> {
  const { supervision, guard } = lifetime;
  const progress = new Progress(destination === undefined ? 4 : 5);
  const staging = await mkdtemp(join(tmpdir(), 'tta-export-'));
  guard.remove(staging);
  try {
    await progress.step('Build every package', () => run('npm', ['run', 'build'], { ...supervision, cwd: root }));
    await progress.step('Pack every package', async () => writeFiles(staging, await packAll(staging, supervision)));
    await progress.step('Run the code of the README in an empty project', () => prove(staging, lifetime));
    const manifest = await progress.step(`Write ${bundle}`, async () => {
      const made = await makeManifest(staging, identity);
      await writeManifest(staging, made);
      await replaceFolder(staging, bundle, { signal: supervision.signal, guard });
      return made;
    });
    const testsPassed =
      destination === undefined
        ? null
        : await progress.step(`Test and copy to ${destination}`, () => deliver(bundle, destination, lifetime));
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    const files = manifest.files.length;
    return { ...identity, bundle, destination: destination ?? null, files, bytes, testsPassed, steps: progress.times };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function print(result: Result): void {
  const { version, files, bytes, destination, testsPassed, steps } = result;
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  console.log(
    `Wrote ${bundle}: ${version}, ${files} files, ${Math.round(bytes / 1024)} KiB, in ${seconds.toFixed(0)} s.`,
  );
  console.log(`Check it: cd ${bundle} && sha256sum -c MANIFEST.sha256`);
  if (destination === null) return;
  console.log(`Copied it to ${destination}, where its ${testsPassed} tests pass. Install there to link it.`);
}

async function main({ to, isDryRun, isJson }: ExportOptions): Promise<void> {
  const destination = to === undefined ? undefined : await folderInTarget(to, EXPORTED_PACKAGE, root);
  const commit = await cleanCommit(root);
  const { version } = await readManifest(join(root, 'packages/observability'));
  if (isDryRun) {
    const plan = { bundle, destination: destination ?? null, files: (await exportedFiles()).length, commit };
    if (isJson) console.log(JSON.stringify(plan, null, 2));
    else console.log(`Would write ${[bundle, destination].filter(Boolean).join(' and ')} from ${commit}.`);
    return;
  }
  using lifetime = beginLifetime((signal) => new ExportRefusal(`Interrupted by ${signal}; the target is as it was.`));
  const result = await exportPackage(destination, { name: EXPORTED_PACKAGE, version, commit }, lifetime);
  if (isJson) console.log(JSON.stringify(result, null, 2));
  else print(result);
}

try {
  const options = exportOptions(process.argv.slice(2), process.env);
  if (options === undefined) console.log(HELP.trimEnd());
  else await main(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode ??= error instanceof ExportRefusal ? 2 : 1;
}
