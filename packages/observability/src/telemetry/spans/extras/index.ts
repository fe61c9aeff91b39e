import { langfuseExtra } from './langfuse.ts';
import { legacyExtra } from './legacy.ts';
import { openinferenceExtra } from './openinference.ts';
import type { ExtraName, SpanExtra } from './span-extra.ts';

/** In the order in which they are applied: `legacy` takes away what the others read. */
const EXTRAS: Readonly<Record<ExtraName, SpanExtra>> = {
  langfuse: langfuseExtra,
  openinference: openinferenceExtra,
  legacy: legacyExtra,
};

/** The extras that a user has turned on. */
export function extrasOf(names: readonly ExtraName[]): readonly SpanExtra[] {
  return Object.entries(EXTRAS)
    .filter(([name]) => (names as readonly string[]).includes(name))
    .map(([, extra]) => extra);
}
