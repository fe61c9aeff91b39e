/** US dollars to a hundredth of a cent, the smallest amount at which a few model calls differ. */
export function usd(value: number): string {
  const text = `$${Math.abs(value).toFixed(4)}`;
  return value < 0 && Number(value.toFixed(4)) !== 0 ? `-${text}` : text;
}

/** The amount that {@link usd} shows: shown amounts can be made to add up. */
export function shownUsd(value: number): number {
  return Number(value.toFixed(4));
}

/** A share of 1 in percent; `-` for a share of nothing. */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return '-';
  return `${(share * 100).toFixed(1).replace(/^-(?=0\.0$)/, '')} %`; // nothing is not less than nothing
}

/** A duration of a request; `-` when there was none. */
export function milliseconds(ms: number | null): string {
  return ms === null ? '-' : `${ms.toFixed(0)} ms`;
}

/** Breaks a text between words into lines of at most `width` characters. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `1 request`, `2 requests`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
