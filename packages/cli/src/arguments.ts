import { InvalidArgumentError } from 'commander';

/** Reads a whole number from 1. */
export function countArgument(text: string): number {
  return wholeNumber(text, 1, 1_000_000);
}

/** Reads a whole number that a random generator starts from. */
export function seedArgument(text: string): number {
  return wholeNumber(text, 0, Number.MAX_SAFE_INTEGER);
}

/** Reads a TCP port; 0 takes a free one. */
export function portArgument(text: string): number {
  return wholeNumber(text, 0, 65_535);
}

/** Reads a share from 0 to 1. */
export function shareArgument(text: string): number {
  const share = text.trim() === '' ? Number.NaN : Number(text);
  if (share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

/** Reads the path of a file. */
export function fileArgument(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('It must name a file.');
}

/** Reads names between commas. */
export function namesArgument(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It must be names separated by commas.');
  if (new Set(names).size < names.length) throw new InvalidArgumentError('It must name each model once.');
  return names;
}

function wholeNumber(text: string, atLeast: number, atMost: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= atLeast && value <= atMost) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${atLeast} to ${atMost}.`);
}
