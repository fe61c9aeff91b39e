import type { ApiReport } from './api-report.ts';

/** How committed reports differ from the packages as built: one finding for each report, with the first line that differs. */
export function apiDrift(committed: readonly ApiReport[], built: readonly ApiReport[]): string[] {
  const texts = new Map(committed.map(({ fileName, text }) => [fileName, text]));
  const names = new Set(built.map(({ fileName }) => fileName));
  return [
    ...built.flatMap(({ fileName, text }) => findingOf(fileName, texts.get(fileName), text)),
    ...committed
      .filter(({ fileName }) => !names.has(fileName))
      .map(({ fileName }) => `api/${fileName}: no package has this import path any more`),
  ];
}

function findingOf(fileName: string, committed: string | undefined, built: string): string[] {
  if (committed === undefined) return [`api/${fileName}: this report is missing`];
  if (committed === built) return [];
  const [before, after] = [committed.split('\n'), built.split('\n')];
  const index = after.findIndex((line, at) => line !== before[at]);
  const at = index === -1 ? after.length : index;
  const [was, is] = [before, after].map((lines) => (lines[at] === undefined ? 'nothing' : `\`${lines[at].trim()}\``));
  return [`api/${fileName}:${at + 1}: the report says ${was}, and the built package declares ${is}`];
}
