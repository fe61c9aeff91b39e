import { Console } from 'node:console';
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** Words of a span that its line shows in another place. */
const SHOWN_ELSEWHERE = new Set(['tta.kind', 'tta.name', 'tta.ending', 'error.type']);

/** Ids that only a machine compares. */
const isId = (key: string): boolean => key.endsWith('.id');

/** A console of its own, because it ignores a reader that has gone, as one with a pipe into `head` has. */
const stdout = new Console({ stdout: process.stdout, stderr: process.stderr, ignoreErrors: true });

/**
 * Prints every span on one line of stdout: when it began, what it was, how long it took, how it ended, what it stated.
 *
 * @param write - prints one line
 */
export function consoleSpanExporter(write: (line: string) => void = (line) => stdout.log(line)): SpanExporter {
  return {
    export(spans, done) {
      for (const span of spans) write(lineOf(span));
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
}

function lineOf(span: ReadableSpan): string {
  const [seconds, nanos] = span.startTime;
  const beganAt = new Date(seconds * 1_000 + nanos / 1e6).toISOString().slice(11, 23);
  const tookMs = span.duration[0] * 1_000 + span.duration[1] / 1e6;
  const facts = Object.entries(span.attributes)
    .filter(([key]) => !SHOWN_ELSEWHERE.has(key) && !isId(key))
    .map(([key, value]) => `${key}=${JSON.stringify(readable(value))}`);
  return [
    beganAt,
    span.spanContext().traceId.slice(0, 8),
    span.name,
    `${tookMs.toFixed(1)} ms`,
    endingOf(span),
    ...facts,
  ].join('  ');
}

/** Six digits tell a reader everything; the rest of a sum of dollars or seconds is the error of its addition. */
function readable(value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}

function endingOf({ status, attributes }: ReadableSpan): string {
  if (status.code === SpanStatusCode.ERROR) return `error ${attributes['error.type'] ?? ''}`.trim();
  return String(attributes['tta.ending'] ?? 'ended');
}
