import { rationalOf } from './rational.ts';

/** The value of a JSON text: members in order of their names, numbers by their exact value. Undefined if the text is not JSON. */
export function jsonForm(text: string): string | undefined {
  try {
    return `json:${JSON.stringify(JSON.parse(text, exactly as typeof ordered))}`;
  } catch {
    return undefined; // not JSON, or nested too deeply: not comparable
  }
}

/** Numbers are read from their text, because different long ones are the same as floats. */
function exactly(_name: string, value: unknown, { source }: { readonly source?: string } = {}): unknown {
  if (typeof value !== 'number') return ordered(_name, value);
  const exact = rationalOf(source ?? String(value));
  if (exact === undefined) throw new RangeError('the number is too long to compare');
  return { number: exact };
}

function ordered(_name: string, value: unknown): unknown {
  if (typeof value === 'string') return { text: value };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return { list: value };
  const byName = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);
  return { members: Object.entries(value).sort(byName) };
}
