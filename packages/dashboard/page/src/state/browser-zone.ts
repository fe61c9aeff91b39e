import { signal } from '@preact/signals';
import type { Zone } from '../format/clock.ts';

const name = signal<string | undefined>(undefined);

/** The time zone of the browser. */
export const browserZone: Zone = {
  offsetMs: (at) => -60_000 * new Date(at).getTimezoneOffset(),
  get name() {
    return name.value;
  },
};

/** Asks for the name of the zone, which takes long enough to leave it until the figures are drawn. */
export function learnZoneName(): void {
  name.value = new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
