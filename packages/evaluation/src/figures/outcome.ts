import { percentileInterval } from './bootstrap.ts';
import { type Choices, total } from './choices.ts';

/** What fixed decisions come to, in percent. Null where the strong model never answers well, or a cost is not known. */
export interface Outcome {
  /** Quality of the routed answers as a share of the strong model's. */
  readonly retained: number | null;
  /** What the routed calls cost less than always asking the strong model; negative where they cost more. */
  readonly saved: number | null;
}

/** An outcome with the bounds between which 95 % of its resamples lie. */
export interface OutcomeFigures extends Outcome {
  readonly retainedLow: number | null;
  readonly retainedHigh: number | null;
  readonly savedLow: number | null;
  readonly savedHigh: number | null;
}

/** An outcome with its intervals. @param draws - what resamples of the same rows come to */
export function outcomeFigures(
  { retained, saved }: Outcome,
  draws: { readonly [Figure in keyof Outcome]: readonly Outcome[Figure][] },
): OutcomeFigures {
  const [retainedIn, savedIn] = [percentileInterval(draws.retained), percentileInterval(draws.saved)];
  return {
    retained,
    retainedLow: retainedIn.low,
    retainedHigh: retainedIn.high,
    saved,
    savedLow: savedIn.low,
    savedHigh: savedIn.high,
  };
}

/** What decisions come to, each row taken as often as `counts` says. */
export function outcomeOf(choices: Choices, sent: Uint8Array, counts?: Uint16Array): Outcome {
  let quality = 0;
  let cost = 0;
  for (let row = 0; row < sent.length; row += 1) {
    const count = counts === undefined ? 1 : (counts[row] as number);
    if (count === 0) continue;
    const isStrong = sent[row] === 1;
    quality += count * ((isStrong ? choices.strongQuality : choices.cheapQuality)[row] as number);
    cost += count * ((isStrong ? choices.strongCost : choices.cheapCost)[row] as number);
  }
  return {
    retained: finite((100 * quality) / total(choices.strongQuality, counts)),
    saved: finite(100 * (1 - cost / total(choices.baselineCost, counts))),
  };
}

/** What a random mix of two models saves where it retains as much, in percent: what any router must beat. */
export function randomMixSaved(
  { cheapQuality, strongQuality, cheapCost, baselineCost }: Choices,
  retained: number,
): number {
  const cheap = total(cheapQuality);
  const strong = total(strongQuality);
  const wanted = (retained / 100) * strong;
  const share = wanted <= cheap ? 0 : wanted >= strong ? 1 : (wanted - cheap) / (strong - cheap);
  const saved = 100 * (1 - share) * (1 - total(cheapCost) / total(baselineCost));
  return wanted <= strong ? Math.max(0, saved) : saved; // a mix never adds a more expensive model that is not needed
}

/** A figure, or null for what is not a number. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
