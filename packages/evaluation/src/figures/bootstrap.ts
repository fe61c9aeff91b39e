import { type Random, seededRandom } from '../random.ts';

/** The bounds between which 95 % of the resampled figures lie; null where too many of them are undefined. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/** How many resamples intervals are made of. */
const RESAMPLES = 1_000;

/**
 * Draws rows with replacement, again and again, and says each time how often each row was drawn. Whatever is compared is computed
 * inside one `visit`, so it is paired. The same seed gives the same draws. The array is used again: copy what you keep.
 */
export function resample(
  rows: number,
  seed: number,
  visit: (counts: Uint16Array) => void,
  times: number = RESAMPLES,
): void {
  const random: Random = seededRandom(seed);
  const counts = new Uint16Array(rows);
  for (let time = 0; time < times; time += 1) {
    counts.fill(0);
    for (let draw = 0; draw < rows; draw += 1) {
      const row = Math.floor(random() * rows);
      counts[row] = (counts[row] as number) + 1;
    }
    visit(counts);
  }
}

/** The 95 % percentile interval of resampled figures; undefined ones may be one in twenty. */
export function percentileInterval(figures: readonly (number | null)[]): Interval {
  const known = figures.filter((figure) => figure !== null).sort((one, other) => one - other);
  if (known.length === 0 || known.length < 0.95 * figures.length) return { low: null, high: null };
  const at = (share: number): number => {
    const place = share * (known.length - 1);
    const below = known[Math.floor(place)] as number;
    return below + (place - Math.floor(place)) * ((known[Math.ceil(place)] as number) - below);
  };
  return { low: at(0.025), high: at(0.975) };
}
