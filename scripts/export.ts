// Exports tta-observability-integration: npm run export -- [--to DIR]; TTA_DEV_REPO=DIR stands for --to DIR.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackages, EXPORTED_PACKAGE, tarballsOf, writeBundle } from './export/bundle.ts';
import { cleanCommit } from './export/clean-tree.ts';
import { deliver } from './export/deliver.ts';
import type { Manifest } from './export/manifest.ts';
import { packedProject } from './export/packed-project.ts';
import { ExportRefusal } from './export/refusal.ts';
import { replaceFolder } from './export/replace-folder.ts';
import { folderInTarget } from './export/target.ts';
import { firstCodeBlock } from './readme.ts';
import { root } from './workspace.ts';

const INTERRUPTIONS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

function target(): string | undefined {
  try {
    const { values } = parseArgs({ options: { to: { type: 'string' } } });
    return values.to ?? process.env['TTA_DEV_REPO'];
  } catch (error) {
    throw new ExportRefusal(`${(error as Error).message}. Usage: npm run export -- [--to DIR]`);
  }
}

/** Installs the tarballs into an empty project and runs the README's code there. */
async function prove(bundle: string, signal: AbortSignal): Promise<void> {
  const code = firstCodeBlock(await readFile(join(bundle, 'README.md'), 'utf8'));
  if (code === undefined) throw new ExportRefusal('README.md has no block of TypeScript that could be run.');
  await using project = await packedProject(await tarballsOf(bundle), { signal });
  await project.runCode(code);
}

function figures({ files, counts, version }: Manifest): string {
  const kibibytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
  const kinds = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  return `${version}, ${files.length} files (${kinds.join(', ')}), ${kibibytes.toFixed(0)} KiB`;
}

async function exportPackage(signal: AbortSignal): Promise<void> {
  const to = target();
  const destination = to === undefined ? undefined : await folderInTarget(to, EXPORTED_PACKAGE, root);
  const commit = await cleanCommit(root);
  const staging = await mkdtemp(join(tmpdir(), 'tta-export-'));
  try {
    await buildPackages(signal);
    const manifest = await writeBundle(staging, commit);
    await prove(staging, signal);
    console.log('The tarballs, installed into an empty project, run the code of the README.');
    const bundle = join(root, 'export', EXPORTED_PACKAGE);
    await replaceFolder(staging, bundle, { signal });
    console.log(`Wrote ${bundle}: ${figures(manifest)}.`);
    if (destination === undefined) return;
    const passed = await deliver(bundle, destination, signal);
    console.log(`Copied it to ${destination}, where its ${passed} tests pass; run npm install there to link it.`);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

const controller = new AbortController();
for (const [name, number] of Object.entries(INTERRUPTIONS)) {
  process.on(name, () => {
    process.exitCode = 128 + number;
    controller.abort(new ExportRefusal(`Interrupted by ${name}; the target is as it was.`));
  });
}
try {
  await exportPackage(controller.signal);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode ??= error instanceof ExportRefusal ? 2 : 1;
} finally {
  for (const name of Object.keys(INTERRUPTIONS)) process.removeAllListeners(name);
}
