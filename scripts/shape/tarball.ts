import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { run, runToEnd } from '../command.ts';
import { packPackage } from '../pack.ts';
import { root, type WorkspacePackage } from '../workspace.ts';
import { packedFileFindings } from './findings.ts';
import { strayFileFindings } from './release.ts';

/** What is wrong with a package as its users will get it: packed. */
export async function tarballFindings(published: WorkspacePackage): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tta-shape-'));
  try {
    const tarball = await packPackage(published, folder);
    const findings = await Promise.all([fileFindings(tarball), publintFindings(published), attwFindings(tarball)]);
    return findings.flat().map((finding) => `${published.manifest.name}: ${finding}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function fileFindings(tarball: string): Promise<string[]> {
  const packed = (await run('tar', ['-tzf', tarball], { cwd: root })).split('\n');
  const paths = packed.map((path) => path.replace(/^package\//, ''));
  return [...packedFileFindings(paths), ...strayFileFindings(paths)];
}

async function publintFindings({ folder }: WorkspacePackage): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: join(root, folder), pack: 'npm', strict: true });
  return messages
    .filter(({ type }) => type !== 'suggestion')
    .map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

/** The part of an attw report that is read here. */
interface AttwReport {
  readonly analysis: {
    readonly problems?: readonly {
      readonly kind: string;
      readonly entrypoint?: string;
      readonly resolutionKind?: string;
    }[];
  };
}

/** How a package that is ESM only is not resolved. */
const IGNORED_RESOLUTIONS: readonly (string | undefined)[] = ['node10', 'node16-cjs'];

async function attwFindings(tarball: string): Promise<string[]> {
  const attw = join(root, 'node_modules/.bin/attw');
  const { exitCode, stdout, stderr } = await runToEnd(attw, [tarball, '--profile', 'esm-only', '--format', 'json'], {
    cwd: root,
  });
  if (exitCode === 0) return [];
  if (!stdout.startsWith('{')) return [`attw: ${(stderr || stdout).trim()}`];
  const { analysis } = JSON.parse(stdout) as AttwReport;
  const problems = (analysis.problems ?? []).filter(
    ({ resolutionKind }) => !IGNORED_RESOLUTIONS.includes(resolutionKind),
  );
  if (problems.length === 0) return [`attw: it ended with exit code ${exitCode} and named no problem`];
  return problems.map(({ kind, entrypoint, resolutionKind }) =>
    ['attw:', kind, entrypoint && `at ${entrypoint}`, resolutionKind && `(${resolutionKind})`]
      .filter(Boolean)
      .join(' '),
  );
}
