import { readFileSync } from 'node:fs';
import type { AgentOptions } from 'node:https';
import type { OtlpFiles, OtlpTarget } from './otlp-config.ts';
import { messageOf, Problem } from './problem.ts';
import type { OtlpSdk } from './sdk.ts';

/** What the exporters of one telemetry share. */
export interface Sending {
  readonly sdk: OtlpSdk;
  /** Cuts every connection to a collector when it aborts: one that is still open would keep the process from ending. */
  readonly signal: AbortSignal;
  report(problem: Problem): void;
}

interface ExporterOptions {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly timeoutMillis: number;
  readonly httpAgentOptions: AgentOptions;
}

/** The options of an exporter, which has connections of its own. */
export function exporterOptions({ url, headers, timeoutMs, files }: OtlpTarget, sending: Sending): ExporterOptions {
  const agent = { keepAlive: true, signal: sending.signal, ...contentsOf(files, sending) };
  return { url, headers: { ...headers }, timeoutMillis: timeoutMs, httpAgentOptions: agent };
}

/** A file that cannot be read is listed, and left out. */
function contentsOf(files: OtlpFiles, { report }: Sending): Partial<Record<keyof OtlpFiles, Buffer>> {
  const contents: Partial<Record<keyof OtlpFiles, Buffer>> = {};
  for (const [name, path] of Object.entries(files) as [keyof OtlpFiles, string][]) {
    try {
      contents[name] = readFileSync(path);
    } catch (error) {
      report(new Problem('otlp', `a file for the connection to the collector cannot be read: ${messageOf(error)}`));
    }
  }
  return contents;
}
