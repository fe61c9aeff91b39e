/** Where a 32-bit FNV-1a hash begins. */
export const FNV_BASIS: number = 0x811c9dc5 | 0;

/** Takes one UTF-16 code unit into a hash: its low byte, then, beyond Latin-1, its high byte. */
export function fnvStep(hash: number, unit: number): number {
  const low = Math.imul(hash ^ (unit & 0xff), 0x01000193);
  return unit < 0x100 ? low : Math.imul(low ^ (unit >> 8), 0x01000193);
}

/**
 * The 32-bit FNV-1a hash of a text, as a signed number.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fnv1a(text: string, basis: number = FNV_BASIS): number {
  let hash = basis;
  for (let index = 0; index < text.length; index += 1) hash = fnvStep(hash, text.charCodeAt(index));
  return hash;
}
