/** How many characters of a text are outside ASCII. Half of an emoji counts as one. */
export function nonAsciiIn(text: string): number {
  if (Buffer.byteLength(text) === text.length) return 0; // as most texts, and found at once
  let count = 0;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) count += 1;
  return count;
}
