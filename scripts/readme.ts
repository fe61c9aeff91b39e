const QUICK_START = /^```ts\n(?<code>(?:(?!```).*\n)+)```\n\nThis is \[examples\/quickstart\.ts\]/m;

/** The block of TypeScript in the README that says it is examples/quickstart.ts, or undefined if no block does. */
export function quickStartOf(markdown: string): string | undefined {
  return QUICK_START.exec(markdown)?.groups?.['code'];
}
