/** The place of a value in a JSON text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Replaces or adds members of the object that a JSON text is. Everything else stays as it is, byte for byte: white space, escapes, the
 * order of members.
 *
 * @param text - the JSON of an object
 * @param members - the new values by name
 */
export function withMembers(text: string, members: Readonly<Record<string, unknown>>): string {
  const spans = memberSpans(text);
  const names = Object.keys(members);
  const replaced = names.filter((name) => spans.has(name)).map((name) => ({ span: spans.get(name) as Span, name }));
  const added = names.filter((name) => !spans.has(name));
  let edited = text;
  for (const { span, name } of replaced.sort((one, other) => other.span.start - one.span.start)) {
    edited = edited.slice(0, span.start) + JSON.stringify(members[name]) + edited.slice(span.end);
  }
  if (added.length === 0) return edited;
  const own = added.map((name) => `${JSON.stringify(name)}:${JSON.stringify(members[name])}`).join(',');
  const open = edited.indexOf('{') + 1;
  return `${edited.slice(0, open)}${own}${spans.size === 0 ? '' : ','}${edited.slice(open)}`;
}

/** Where the values of an object's own members stand; of a name that is repeated, the last one, which counts. */
function memberSpans(text: string): Map<string, Span> {
  const spans = new Map<string, Span>();
  let at = text.indexOf('{') + 1;
  for (;;) {
    at = skipSpace(text, at);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    if (text[at] !== '"') return spans;
    const nameEnd = stringEnd(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    at = valueEnd(text, start);
    spans.set(name, { start, end: at });
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** @param start - the place of the quote that begins a string */
function stringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

function valueEnd(text: string, start: number): number {
  if (text[start] === '"') return stringEnd(text, start);
  if (text[start] !== '{' && text[start] !== '[') return scalarEnd(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = stringEnd(text, at) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** The end of a number, `true`, `false` or `null`. */
function scalarEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && SCALAR.test(text.charAt(at))) at += 1;
  return at;
}

const SCALAR = /[-+.\w]/;
