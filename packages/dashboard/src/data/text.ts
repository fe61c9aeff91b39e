/** The longest name that is kept, in UTF-16 code units. */
const MAX_NAME = 200;

/** A name that a user chose, as text: what is longer than {@link MAX_NAME} ends in an ellipsis and never in half a character. */
export function nameOf(text: string): string {
  if (text.length <= MAX_NAME) return text;
  const cut = text.slice(0, MAX_NAME - 1);
  const last = cut.charCodeAt(cut.length - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return `${isHalf ? cut.slice(0, -1) : cut}…`;
}
