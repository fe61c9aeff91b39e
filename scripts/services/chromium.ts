import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackages } from './debian-packages.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
/** With the fonts of the design: pictures are then the same everywhere. */
const PACKAGES = ['chromium', 'fonts-inter', 'fonts-jetbrains-mono'];

/**
 * The program of the browser that tests drive: `CHROMIUM` names it, else it comes from PATH, else from Debian's package, which root installs.
 *
 * @returns undefined, after saying so on stderr, where it cannot be had
 * @throws Error instead when `REQUIRE_SERVICES=1`
 */
export function chromium(): string | undefined {
  const program = found() ?? (installDebianPackages(...PACKAGES) ? found() : undefined);
  if (program !== undefined) return program;
  const sentence = 'Chromium is missing: install it (Debian: apt-get install chromium) to test the live page';
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(sentence);
  process.stderr.write(`${sentence}; these tests are skipped\n`);
  return undefined;
}

function found(): string | undefined {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}
