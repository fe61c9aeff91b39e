/** The first block of TypeScript in a Markdown text, or undefined when there is none. */
export function firstCodeBlock(markdown: string): string | undefined {
  return /^```ts\n(?<code>.*?)^```$/ms.exec(markdown)?.groups?.['code'];
}
