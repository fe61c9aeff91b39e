export const LINE_FEED = 0x0a;

/** Cuts text into lines as it comes: they end with LF, CR LF or CR. */
export class LineReader {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** The lines that are complete with these bytes, without their ends. */
  add(bytes: Uint8Array): string[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    if (!this.#rest.includes('\n') && !this.#rest.includes('\r')) return [];
    // A CR at the end may be the first half of a CR LF.
    const text = this.#rest.endsWith('\r') ? this.#rest.slice(0, -1) : this.#rest;
    const lines = text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n');
    this.#rest = (lines.pop() ?? '') + this.#rest.slice(text.length);
    return lines;
  }

  /** What is left at the end of the stream: lines, and a text that no line end follows. */
  end(): { readonly lines: string[]; readonly rest: string } {
    const text = this.#rest + this.#decoder.decode();
    this.#rest = '';
    return text.endsWith('\r') ? { lines: [text.slice(0, -1)], rest: '' } : { lines: [], rest: text };
  }
}

/** The value that a text is the JSON of; the text itself if it is not JSON. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
