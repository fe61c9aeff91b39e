import { intervalOf } from './sample.ts';

/** The largest share of the changes that may survive without a reason. */
const MAX_UNEXPLAINED = 0.15;

export interface Survivor {
  readonly path: string;
  readonly line: number;
  readonly change: string;
  /** Why no test has to notice it; undefined if the list of known survivors does not say. */
  readonly reason: string | undefined;
}

export interface MutationReport {
  /** How many changes the sources allow. */
  readonly all: number;
  /** How many of them were to be tried. */
  readonly tried: number;
  readonly killed: number;
  readonly survivors: readonly Survivor[];
  /** Changes that no test had killed when the time was up, but not all tests had run. They lower the score. */
  readonly undecided: number;
  /** The share that is killed; null if there was nothing to try. */
  readonly score: number | null;
  readonly interval: readonly [low: number, high: number];
}

export function reportOf(
  counts: Pick<MutationReport, 'all' | 'tried' | 'killed'>,
  survivors: readonly Survivor[],
): MutationReport {
  const { tried, killed } = counts;
  const undecided = tried - killed - survivors.length;
  return {
    ...counts,
    survivors,
    undecided,
    score: tried === 0 ? null : killed / tried,
    interval: intervalOf(killed, tried),
  };
}

/** Whether more changes survive without a reason than chance explains, or no change was decided. */
export function isFailed(report: MutationReport): boolean {
  if (report.tried === 0) return false;
  const [least] = intervalOf(unexplained(report.survivors).length, report.tried);
  return least > MAX_UNEXPLAINED || isUndecided(report);
}

export function textOf(report: MutationReport): string {
  const { all, tried, killed, survivors, undecided, score, interval } = report;
  if (score === null) return 'There is nothing to try: these lines have no code that the command can change.';
  if (isUndecided(report))
    return `None of the ${tried} changes was decided. Give the tests more time with --minutes, or run fewer with --tests.`;
  const lines = survivors.map(({ path, line, change, reason }) => {
    return `${path}:${line}: ${change}${reason === undefined ? '' : `\n    ${reason}`}`;
  });
  const [low, high] = interval.map(percent);
  return [
    ...lines,
    `${killed} of ${tried} changes are noticed: ${percent(score)}. Of all ${all} changes, ${low} to ${high} (95 % interval).`,
    `${survivors.length} survive, ${unexplained(survivors).length} of them without a reason. ${undecided} are undecided.`,
  ].join('\n');
}

/** Whether no change was killed, and not all tests ran to their end. */
function isUndecided({ tried, undecided }: MutationReport): boolean {
  return undecided === tried;
}

function unexplained(survivors: readonly Survivor[]): readonly Survivor[] {
  return survivors.filter(({ reason }) => reason === undefined);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
