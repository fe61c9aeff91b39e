import { readFileSync } from 'node:fs';
import { safely } from 'tta-dev-primitives/internal';

/** The version of this package; undefined if it is bundled into another one. */
export function packageVersion(): string | undefined {
  return safely(() => {
    // From src/telemetry, dist/telemetry and dist/node alike.
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { name, version } = JSON.parse(text) as { readonly name: unknown; readonly version: unknown };
    return name === 'tta-observability-integration' && typeof version === 'string' ? version : undefined;
  });
}
