/** Of the UTF-8 bytes of a text, how many more than its characters it may have and be written in ASCII: one in sixteen. */
const MAX_SHARE = 1 / 16;

/**
 * The same JSON in ASCII, where few characters are anything else: one typographic quote makes an engine keep a text in two bytes a
 * character, and read it from UTF-8 at half the speed. A text in another script stays as it is, because escapes would double it.
 *
 * @param maxLength - how many characters it may have; one that would have more stays as it is
 */
export function asciiJson(json: string, maxLength: number = Infinity): string {
  const excess = Buffer.byteLength(json) - json.length;
  if (excess === 0 || excess > json.length * MAX_SHARE) return json;
  const escaped = json.replace(/[^\0-\x7f]/g, escapeOf); // outside of its strings JSON is ASCII
  if (escaped.length > maxLength) return json;
  return Buffer.from(escaped, 'latin1').toString('latin1'); // in one byte a character from now on
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
