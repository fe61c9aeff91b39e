import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** A stream that is written to, and may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean | undefined };

/** What a command may touch of the world; the process in earnest, anything in a test. */
export interface Io {
  /** Results, and nothing else. */
  readonly stdout: Output;
  /** Progress, warnings and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the person at the keyboard wants to stop. */
  readonly interrupted: AbortSignal;
}

/** How a text may look. */
export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Styles texts for a stream, if it is a terminal that may show colour: `NO_COLOR` and `FORCE_COLOR` are obeyed. */
export function stylesFor(stream: Output): (style: Style, text: string) => string {
  return (style, text) => styleText(style, text, { stream });
}

/** Writes one line. */
export function writeLine(output: Output, text: string = ''): void {
  output.write(`${text}\n`);
}
