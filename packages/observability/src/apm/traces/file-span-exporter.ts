import { appendFile, rename, stat } from 'node:fs/promises';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { otlpJson } from './otlp-json.ts';

export interface FileSpanExporterOptions {
  readonly path: string;
  /** A file that has grown beyond this is renamed to `{path}.1`, in place of the one before. */
  readonly maxBytes: number;
}

/** Appends spans to a file, one message of OTLP in JSON a line, which a collector's receiver for such files can read. */
export class FileSpanExporter implements SpanExporter {
  readonly #options: FileSpanExporterOptions;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: FileSpanExporterOptions) {
    this.#options = options;
  }

  export(spans: ReadableSpan[], done: (result: { code: number; error?: Error }) => void): void {
    const line = `${JSON.stringify(otlpJson(spans))}\n`;
    this.#writing = this.#writing
      .then(() => this.#append(line))
      .then(
        () => done({ code: 0 }),
        (error: unknown) => done({ code: 1, error: error instanceof Error ? error : new Error(String(error)) }),
      );
  }

  forceFlush(): Promise<void> {
    return this.#writing;
  }

  shutdown(): Promise<void> {
    return this.#writing;
  }

  async #append(line: string): Promise<void> {
    const { path, maxBytes } = this.#options;
    const size = await stat(path).then(
      (found) => found.size,
      () => 0, // the file does not exist yet; if it cannot be written either, that is the error
    );
    if (size > 0 && size + line.length > maxBytes) await rename(path, `${path}.1`);
    await appendFile(path, line);
  }
}
