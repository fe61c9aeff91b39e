import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foreignEnvironment, npmIn, run, type Supervision } from '../command.ts';

/** An installation from a registry that is slow or far away, on a busy machine. */
const INSTALLATION_MS = 15 * 60_000;

/** An empty project somewhere else, as a user has one. */
export interface PackedProject extends AsyncDisposable {
  readonly folder: string;
  /** Runs TypeScript there and gives what it printed. @throws CommandError if it fails */
  runCode(code: string): Promise<string>;
}

export interface PackedProjectOptions extends Supervision {
  /** Packages from the registry, with versions: `@opentelemetry/api@1.10.0`. */
  readonly packages?: readonly string[] | undefined;
  /** Called with the folder of the project before anything is in it. */
  readonly onFolder?: ((folder: string) => void) | undefined;
}

/**
 * Makes an empty project and installs tarballs there, all at once because they depend on each other.
 *
 * Only those, their dependencies and the named packages are installed: optional peers are not.
 */
export async function packedProject(
  tarballs: readonly string[],
  { packages = [], onFolder, ...supervision }: PackedProjectOptions = {},
): Promise<PackedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'tta-packed-'));
  onFolder?.(folder);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(join(folder, 'package.json'), '{ "version": "0.0.0", "private": true, "type": "module" }\n');
    await npmIn(folder, ['install', ...tarballs, ...packages], { ...supervision, timeoutMs: INSTALLATION_MS });
  } catch (error) {
    await remove();
    throw error;
  }
  let programs = 0;
  return {
    folder,
    async runCode(code) {
      const program = join(folder, `program-${programs++}.ts`);
      await writeFile(program, code);
      // Port 0 lets the system choose, so that programs run side by side.
      const env = { ...foreignEnvironment(), OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
      return run(process.execPath, [program], { ...supervision, cwd: folder, env, timeoutMs: 60_000 });
    },
    [Symbol.asyncDispose]: remove,
  };
}
