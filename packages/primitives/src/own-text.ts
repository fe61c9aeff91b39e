/** The same text in memory of its own. A part of a longer text keeps all of that text in memory, and a text put together all its pieces. */
export function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
