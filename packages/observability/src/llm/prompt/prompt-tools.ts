import { safely } from 'tta-dev-primitives/internal';
import { nonAsciiIn } from './non-ascii.ts';

/** How long a text is. */
interface TextSize {
  readonly characters: number;
  /** How many of them are outside ASCII. */
  readonly nonAsciiCharacters: number;
}

/** Most programs offer the same tools with every request: they are measured once. */
const measured = new WeakMap<object, TextSize>();

/** How many characters tools have as JSON; 0 of what has none. */
export function sizeOfTools(tools: object): TextSize {
  const known = measured.get(tools);
  if (known !== undefined) return known;
  const text = safely(() => JSON.stringify(tools)) ?? '';
  const size = { characters: text.length, nonAsciiCharacters: nonAsciiIn(text) };
  measured.set(tools, size);
  return size;
}

/** Whether a list or a record of tools holds any. */
export function hasAny(tools: unknown): tools is object {
  return typeof tools === 'object' && tools !== null && Object.keys(tools).length > 0;
}
