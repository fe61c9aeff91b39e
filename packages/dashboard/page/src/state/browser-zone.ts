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

/** Reads the name of the zone. This is slow, so call it after the figures are drawn. */
export function readZoneName(): void {
  name.value = new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
