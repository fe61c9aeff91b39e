import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { withReport } from 'tta-dev-primitives';
import { ledgerEntryOf } from 'tta-observability-integration/llm';
import { afterEach, describe, expect, it } from 'vitest';
import { jsonExport, protobufExport, type SentSpan } from './__fixtures__/otlp.ts';
import { ask, cached, router } from './__fixtures__/workflow.ts';
import { type OpenDashboardOptions, openDashboard } from './open-dashboard.ts';
import type { Overview, RequestDetail, RequestPage, Status } from './wire/index.ts';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open(options: OpenDashboardOptions = {}) {
  const { url, close } = await openDashboard({ port: 0, ...options });
  ends.push(close);
  const get = async <Answer>(path: string): Promise<Answer> =>
    (await (await fetch(`${url}api/${path}`)).json()) as Answer;
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> => {
    const type = typeof body === 'string' ? 'application/json' : 'application/x-protobuf';
    return fetch(`${url}v1/traces`, { method: 'POST', body, headers: { 'content-type': type, ...headers } });
  };
  const seen = async (count: number): Promise<RequestPage> => {
    await expect.poll(async () => (await get<Status>('status')).requests).toBe(count);
    return get<RequestPage>('requests');
  };
  return { url, get, send, seen };
}

const now = Date.now() - 5_000;

/** What opentelemetry-instrumentation-openai-v2 and a web framework send. */
const PYTHON: readonly SentSpan[] = [
  {
    name: 'POST /chat',
    spanId: '00f067aa0ba902b7',
    startMs: now,
    endMs: now + 900,
    attributes: { 'session.id': 's-1' },
  },
  {
    name: 'chat gpt-4o-mini',
    spanId: '00f067aa0ba902b8',
    parentSpanId: '00f067aa0ba902b7',
    startMs: now + 50,
    endMs: now + 850,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.request.temperature': 0.5,
    },
  },
];

/** What the AI SDK sends: both spans say which model, and how many tokens. */
const AI_SDK: readonly SentSpan[] = ['ai.streamText', 'ai.streamText.doStream'].map((name, index) => ({
  name,
  spanId: `00f067aa0ba902c${index}`,
  ...(index === 1 && { parentSpanId: '00f067aa0ba902c0' }),
  startMs: now + index,
  endMs: now + 2_000 - index,
  attributes: {
    'operation.name': name,
    'ai.telemetry.functionId': 'support.answer',
    'ai.model.id': 'gpt-4o',
    'ai.model.provider': 'openai.chat',
    'ai.usage.inputTokens': 1000,
    'ai.usage.outputTokens': 100,
    'ai.response.text': 'words of the answer',
    'ai.response.msToFirstChunk': 320.5,
  },
}));

/** What the original's Python sends: workflows and no tokens. */
const ORIGINAL: readonly SentSpan[] = [
  {
    name: 'primitive.sequential.execute',
    spanId: '00f067aa0ba902d0',
    startMs: now,
    endMs: now + 300,
    attributes: {
      'primitive.type': 'sequential',
      'primitive.name': 'pipeline',
      'workflow.id': 'w-7',
      'workflow.name': 'triage',
    },
    isError: true,
  },
];

describe('the spans of other programs', () => {
  it.each([
    ['JSON', jsonExport(PYTHON)],
    ['protocol buffers', protobufExport(PYTHON)],
  ])('of Python show as a request with its cost, sent as %s', async (_, body) => {
    const { send, seen, get } = await open();
    expect((await send(body)).status).toBe(200);
    const { rows } = await seen(1);
    const row = { workflow: 'POST /chat', route: 'gpt-4o-mini', model: 'gpt-4o-mini-2024-07-18', tokensIn: 1000 };
    expect(rows).toMatchObject([{ ...row, tokensOut: 100, totalMs: 900, status: 'ok', attempts: 1 }]);
    expect(rows[0]?.costUsd).toBeCloseTo(0.00021, 12);
    const { steps, names } = await get<RequestDetail>(`requests/${rows[0]?.id}`);
    expect(steps.map(({ depth, name, startMs }) => [depth, name, startMs])).toEqual([
      [0, 'POST /chat', 0],
      [1, 'chat gpt-4o-mini', 50],
    ]);
    expect(names).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      session: 's-1',
      tags: { service: 'shop' },
    });
  });

  it('of the AI SDK are one call, and its words stay outside', async () => {
    const { send, seen, get } = await open();
    await send(jsonExport(AI_SDK));
    const page = await seen(1);
    expect(page.rows).toMatchObject([
      { workflow: 'support.answer', attempts: 1, firstChunkMs: 321.5, model: 'gpt-4o' },
    ]);
    expect(page.rows[0]?.costUsd).toBeCloseTo(0.0035, 12);
    const { saved } = await get<Overview>('overview');
    expect(saved).toMatchObject({ spentUsd: page.rows[0]?.costUsd, unpriced: 0 });
    expect(JSON.stringify([page, await get(`requests/${page.rows[0]?.id}`)])).not.toContain('words of the answer');
  });

  it('of the original in Python show as workflows', async () => {
    const { send, seen } = await open();
    await send(jsonExport(ORIGINAL));
    expect((await seen(1)).rows).toMatchObject([{ workflow: 'triage', status: 'error', attempts: 0 }]);
  });

  it('are put together when they come in several exports, packed or not, and others are left out', async () => {
    const { send, seen } = await open();
    const [root, call] = PYTHON as [SentSpan, SentSpan];
    const packed = new Uint8Array(gzipSync(protobufExport([call])));
    expect((await send(packed, { 'content-encoding': 'gzip' })).status).toBe(200);
    await send(jsonExport([{ ...root, attributes: {} }], '00000000000000000000000000000001'));
    await send(jsonExport([root]));
    expect((await seen(1)).rows).toMatchObject([{ workflow: 'POST /chat', attempts: 1 }]);
  });

  it.each([
    ['no JSON', '{', 'the export cannot be read: the body is not JSON'],
    [
      'a cut message',
      protobufExport(PYTHON).subarray(0, 90),
      'the export cannot be read: the message ends within a field',
    ],
  ])('that are %s are refused', async (_, body, sentence) => {
    const { send } = await open();
    const response = await send(body);
    expect([response.status, (await response.text()).trim()]).toEqual([400, sentence]);
  });

  it('of a page of another site are refused', async () => {
    const { send } = await open();
    expect((await send(jsonExport(PYTHON), { origin: 'http://evil.example' })).status).toBe(403);
  });
});

describe('a ledger', () => {
  it('shows its requests as they were, and says which lines it could not read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tta-ledger-'));
    ends.push(() => rm(folder, { recursive: true }));
    const workflow = cached(router());
    const lines: string[] = [];
    for (const question of ['hi', 'a long question', 'hi']) {
      const { context, report } = withReport();
      await workflow.execute(ask(question), context);
      lines.push(JSON.stringify(ledgerEntryOf(await report)));
    }
    const path = join(folder, 'ledger.jsonl');
    await writeFile(path, [...lines, lines[0]?.slice(0, 40)].join('\n'));
    const { get } = await open({ ledger: path });
    const { saved, figures } = await get<Overview>('overview');
    const { costSavingsUsd } = workflow.getStats();
    expect([figures.requests.value, figures.hitRate.value]).toEqual([3, 1 / 3]);
    expect(saved.cacheUsd).toBeCloseTo(costSavingsUsd, 12);
    const { rows } = await get<RequestPage>('requests');
    expect(rows[0]).toMatchObject({ cache: 'hit', route: 'small', model: 'gpt-4o-mini' });
    const { banners, source } = await get<Status>('status');
    expect(source).toMatchObject({ kind: 'ledger', name: 'ledger.jsonl' });
    expect(banners).toMatchObject([{ text: '1 line of the ledger could not be read: they are in no sum' }]);
  });

  it('that does not exist is an error', async () => {
    await expect(openDashboard({ port: 0, ledger: '/nowhere/ledger.jsonl' })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
