import type { Status } from '../../../src/wire/index.ts';

/** How many things do not work, or work differently; a hint about the set-up is no problem. */
export function problemCount(status: Status | undefined): number {
  return status?.banners.filter(({ level }) => level !== 'set_up').length ?? 0;
}
