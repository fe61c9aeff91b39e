import type { Mutant } from './mutants.ts';

/** A mutant with the number that switches it on. */
export interface NumberedMutant extends Mutant {
  readonly id: number;
}

/**
 * The text of a file with all of its mutants built in. Each is asleep until `$mutant(id)` is true, which also says that the
 * place was reached.
 */
export function switchedText(text: string, mutants: readonly NumberedMutant[]): string {
  const sorted = mutants.toSorted((a, b) => a.start - b.start || b.end - a.end || rank(a) - rank(b));
  return render(text, 0, text.length, sorted);
}

/** Of mutants at the same place, a statement encloses an expression. */
function rank({ kind }: NumberedMutant): number {
  return kind === 'statement' ? 0 : 1;
}

function render(text: string, start: number, end: number, mutants: readonly NumberedMutant[]): string {
  let code = '';
  let at = start;
  let index = 0;
  while (index < mutants.length) {
    const first = mutants[index] as NumberedMutant;
    let next = index;
    const isSame = (mutant: NumberedMutant): boolean =>
      mutant.start === first.start && mutant.end === first.end && mutant.kind === first.kind;
    while (next < mutants.length && isSame(mutants[next] as NumberedMutant)) next += 1;
    const here = mutants.slice(index, next);
    index = next;
    while (index < mutants.length && (mutants[index] as NumberedMutant).start < first.end) index += 1;
    const inner = render(text, first.start, first.end, mutants.slice(next, index));
    code += text.slice(at, first.start) + here.reduceRight(switched, inner);
    at = first.end;
  }
  return code + text.slice(at, end);
}

function switched(code: string, { id, kind, replacement }: NumberedMutant): string {
  const isOn = `globalThis.$mutant?.(${id})`;
  if (kind === 'entry') return ` if (${isOn}) ${replacement}${code}`;
  return kind === 'statement' ? `{ if (!${isOn}) { ${code} } }` : `(${isOn} ? (${replacement}) : (${code}))`;
}
