import { readFileSync } from 'node:fs';
import type { AgentOptions } from 'node:https';
import { setTimeout } from 'node:timers/promises';
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

/** What waits between the attempts of an exporter. */
interface RetryingTransport {
  retry?(data: unknown, timeoutMs: number, inMs: number): Promise<unknown>;
}

/**
 * The same exporter, whose waits before a retry end with the telemetry, as its connections do. Otherwise a collector that is overloaded
 * keeps the process alive for as long as one export may take. The SDK has no option for it.
 */
export function endingWith<E extends object>(signal: AbortSignal, exporter: E): E {
  const transport = (exporter as { readonly _delegate?: { readonly _transport?: RetryingTransport } })._delegate
    ?._transport;
  const retry = transport?.retry?.bind(transport);
  if (transport === undefined || retry === undefined) return exporter; // an SDK that waits in another way
  const value = async (data: unknown, timeoutMs: number, inMs: number): Promise<unknown> => {
    await setTimeout(inMs, undefined, { signal });
    return retry(data, timeoutMs, 0);
  };
  Object.defineProperty(transport, 'retry', { value });
  return exporter;
}
