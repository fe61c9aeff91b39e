import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { sequence, step } from 'tta-dev-primitives';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { telemetryForTest } from '../__fixtures__/telemetry-for-test.ts';
import { otlpJson } from './otlp-json.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tta-traces-'));
});
afterEach(() => rm(directory, { recursive: true }));

interface Message {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[];
  }[];
}

async function namesIn(path: string): Promise<string[]> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const messages = lines.map((line) => JSON.parse(line) as Message);
  return messages.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name))),
  );
}

const work = sequence(
  step('first', (n: number) => n),
  step('second', (n: number) => n),
);

describe('a file of traces', () => {
  it('has every span, one message of OTLP a line', async () => {
    const path = join(directory, 'traces.jsonl');
    await using telemetry = await telemetryForTest({ traces: { file: path } });
    await work.execute(1);
    expect(await telemetry.handle.flush()).toBe(true);
    await work.execute(2);
    await telemetry.handle.shutdown();
    const names = ['first', 'second', 'invoke_workflow first > second'];
    expect(await namesIn(path)).toEqual([...names, ...names]);
  });

  it('is written when the environment names it as the exporter', async () => {
    const path = join(directory, 'env.jsonl');
    const env = { OTEL_TRACES_EXPORTER: 'file', TTA_TRACES_FILE: path };
    await using telemetry = await telemetryForTest({}, env);
    await work.execute(1);
    await telemetry.handle.flush();
    expect(telemetry.handle.problems).toEqual([]);
    expect(await namesIn(path)).toHaveLength(3);
  });

  it('is followed by a second one when it has grown too large', async () => {
    const path = join(directory, 'traces.jsonl');
    await using telemetry = await telemetryForTest({ traces: { file: { path, maxBytes: 3_000 } } });
    for (let n = 0; n < 5; n += 1) {
      await work.execute(n);
      await telemetry.handle.flush();
    }
    expect((await readdir(directory)).toSorted()).toEqual(['traces.jsonl', 'traces.jsonl.1']);
    expect(await namesIn(path)).toHaveLength(3);
  });

  it('that cannot be written is a problem of the flush, and never of the work', async () => {
    await using telemetry = await telemetryForTest({ traces: { file: join(directory, 'missing', 'traces.jsonl') } });
    expect(await work.execute(1)).toBe(1);
    expect(await telemetry.handle.flush()).toBe(false);
  });

  it('says the same as the serializer of OpenTelemetry', async () => {
    const seen: ReadableSpan[] = [];
    const exporter = {
      export(spans: readonly ReadableSpan[], done: (result: { code: number }) => void) {
        seen.push(...spans);
        done({ code: 0 });
      },
      shutdown: async () => {},
    };
    await using telemetry = await telemetryForTest({ traces: { exporters: [exporter] } });
    const failing = step('failing', () => Promise.reject(new RangeError('no')));
    await sequence(work, failing)
      .execute(1)
      .catch(() => {});
    await telemetry.handle.flush();
    const theirs = JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest(seen) ?? []).toString()) as object;
    expect(seen).toHaveLength(4);
    expect(withoutDefaults(JSON.parse(JSON.stringify(otlpJson(seen))))).toEqual(withoutDefaults(theirs));
  });
});

/** Counts of what was dropped, empty lists and flags may be left out; whole numbers may be numbers or texts. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? String(value) : value;
  const entries = Object.entries(value).filter(
    ([name, inner]) =>
      !/^dropped|^flags$|^traceState$|^version$/.test(name) && !(Array.isArray(inner) && inner.length === 0),
  );
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutDefaults(inner)]));
}
