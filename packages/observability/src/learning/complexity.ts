import { scanPrompt } from './text/scan.ts';

/**
 * Scores how demanding a prompt looks: a weighted sum of the logarithms of what it contains. Higher means that the strong model is
 * rather needed; an empty prompt has 0, there is no upper bound.
 *
 * The weights were set by hand and trained on nothing. The score is a prior to begin with where no answers have been graded yet: on
 * several workloads it does no better than chance at equal cost, and on open-ended chat it does worse.
 */
export function complexityOf(prompt: string): number {
  const scan = scanPrompt(prompt);
  const { kinds } = scan;
  const L = Math.log1p;
  return (
    0.25 * L(scan.characters) +
    0.5 * L(scan.latex) +
    0.35 * L(scan.mathsSymbols + kinds.maths) +
    0.45 * L(scan.codeMarks + kinds.code) +
    0.5 * L(kinds.programming) +
    0.25 * L(kinds.step) +
    0.35 * L(kinds.constraint) +
    0.6 * L(kinds.prove) +
    0.3 * L(kinds.compute) +
    0.3 * L(kinds.compare) +
    0.25 * L(scan.numbers) +
    2 * (scan.longWords / Math.max(1, scan.words)) +
    0.3 * L(kinds.why) +
    0.25 * L(kinds.explain) +
    0.2 * L(scan.questionMarks)
  );
}
