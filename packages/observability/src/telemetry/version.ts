import { readFileSync } from 'node:fs';

/** The version of this package; `unknown` in a bundle, which has no package.json beside it. */
export function packageVersion(): string {
  try {
    const file = new URL('../../package.json', import.meta.url); // from src and from dist alike
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
    return name === 'tta-observability-integration' && typeof version === 'string' ? version : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

const UNKNOWN = 'unknown';
