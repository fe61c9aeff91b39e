import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Installs packages of Debian where that needs no asking: as root, on Debian. No recommended packages come along, and no service is started.
 *
 * @returns whether it was tried; whether it worked, the caller sees by looking for the program
 */
export function installDebianPackages(...packages: readonly string[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return false;
  // A run level of 1 keeps packages from starting services; the lock is waited for, because test files install at once.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const options = { env, stdio: 'ignore', timeout: 240_000 } as const;
  const lock = ['-o', 'DPkg::Lock::Timeout=120'];
  spawnSync('apt-get', [...lock, 'update'], options);
  spawnSync('apt-get', [...lock, 'install', '--yes', '--no-install-recommends', ...packages], options);
  return true;
}
