import { RetryPrimitive, type Step, sequence, WorkflowContext, workflow } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { LoopbackProvider, type Reply } from '../adapters/__fixtures__/provider.ts';
import { modelCall } from '../llm/call/model-call.ts';
import { CachePrimitive, CascadePrimitive, TimeoutPrimitive } from '../primitives/index.ts';
import { otlpReceiver, type ReceivedSpan } from './__fixtures__/otlp-receiver.ts';
import { linesOf, telemetryForTest } from './__fixtures__/telemetry-for-test.ts';

const GOLDEN = './__fixtures__/golden-spans.json';

interface Question {
  readonly messages: readonly object[];
  readonly temperature?: number;
  readonly stream?: boolean;
  readonly stream_options?: object;
}

const QUESTION: Question = { messages: [{ role: 'user', content: 'canary: who are you?' }], temperature: 0 };
const STREAMED: Question = { ...QUESTION, stream: true, stream_options: { include_usage: true } };

/** What the provider bills: 1,000 tokens in and 100 out of each answer, at list prices in US dollars per million. */
const BILL = { 'gpt-4o-mini': (1_000 * 0.15 + 100 * 0.6) / 1e6, 'gpt-4o': (1_000 * 2.5 + 100 * 10) / 1e6 };

/** One span with those inside it, without what differs from run to run. */
interface GoldenSpan {
  readonly name: string;
  readonly kind: string;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events?: readonly object[];
  readonly spans?: readonly GoldenSpan[];
}

const RANDOM = /^tta\.(workflow|correlation)\.id$/;
const MEASURED = /(_s|_ms|_seconds|\.port|time_to_first_chunk|until)$/;

function goldenOf(span: ReceivedSpan, all: readonly ReceivedSpan[]): GoldenSpan {
  const { name, kind, isError, events } = span;
  const entries = Object.entries(span.attributes).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const attributes = entries.map(([key, value]) => {
    if (RANDOM.test(key)) return [key, '<id>'];
    return [key, MEASURED.test(key) && typeof value === 'number' && !/limit|grace/.test(key) ? '<number>' : value];
  });
  const spans = all.filter(({ parentSpanId }) => parentSpanId === span.spanId).map((child) => goldenOf(child, all));
  return {
    ...{ name, kind, isError, attributes: Object.fromEntries(attributes) as GoldenSpan['attributes'] },
    ...(events.length > 0 && { events }),
    ...(spans.length > 0 && { spans }),
  };
}

/** As the formatter of this repository prints JSON: a list of one text takes one line. */
function printed(spans: readonly GoldenSpan[]): string {
  return `${JSON.stringify(spans, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`;
}

it('sends the spans of the golden file, whose tokens and cost add up to the metrics and to the bill', async () => {
  await using provider = await LoopbackProvider.start();
  await using receiver = await otlpReceiver();
  await using telemetry = await telemetryForTest({ otlp: receiver.endpoint });

  const send = (model: string, question: Question, signal: AbortSignal) =>
    fetch(`${provider.url}/v1/chat/completions`, {
      ...{ method: 'POST', signal, headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ ...question, model }),
    });
  const options = (model: keyof typeof BILL) => ({ provider: 'openai', model, baseURL: provider.url });
  const small = modelCall(
    (question: Question, { signal }) => send('gpt-4o-mini', question, signal),
    options('gpt-4o-mini'),
  );
  const stage = (model: keyof typeof BILL) =>
    modelCall(
      async (question: Question, { signal }) => (await (await send(model, question, signal)).json()) as object,
      options(model),
    );
  const run = async (name: string, work: Step<Question, unknown>, question = QUESTION, replies: Reply[] = []) => {
    provider.reset();
    provider.reply = (_, count) => replies[count - 1];
    const context = new WorkflowContext({ tenantId: 'acme', userId: 'u1', sessionId: 's1', tags: { team: 'search' } });
    const answered = await workflow(name, work)
      .execute(question, context)
      .then((answer) => (answer instanceof Response ? answer.text() : answer))
      .then(
        () => true,
        () => false,
      );
    return answered;
  };

  const cached = new CachePrimitive(small, { operation: 'answer', answers: 'bytes' });
  const cascade = new CascadePrimitive(
    { mini: { step: stage('gpt-4o-mini') }, large: { step: stage('gpt-4o') } },
    { accept: () => false, operation: 'answer' },
  );
  const overloaded: Reply = { status: 429, body: { error: { code: 'rate_limit_exceeded', message: 'canary' } } };
  const answered = [
    await run(
      'success',
      sequence((question: Question) => question, small),
    ),
    await run('stream', small, STREAMED),
    await run('limited', small, QUESTION, [overloaded]),
    await run('reset', small, STREAMED, [{ fault: 'cut' }]),
    await run('timeout', new TimeoutPrimitive(small, { timeoutMs: 50, graceMs: 0, operation: 'answer' }), QUESTION, [
      { fault: 'silence' },
    ]),
    await run('retry', new RetryPrimitive(small, { backoff: () => 0, operation: 'answer' }), QUESTION, [
      { status: 503, body: { error: { message: 'canary' } } },
    ]),
    await run('cascade', cascade),
    await run('miss', cached),
    await run('hit', cached),
  ];
  expect(answered).toEqual([true, true, false, false, false, true, true, true, true]);
  expect(await telemetry.handle.flush(60_000)).toBe(true);

  const { spans } = receiver;
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === '');
  const golden = roots.map((root) => goldenOf(root, spans));
  await expect(printed(golden)).toMatchFileSnapshot(GOLDEN);
  expect(spans[0]?.scope).toEqual({
    name: 'tta-observability-integration',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    schemaUrl: expect.stringContaining('opentelemetry.io/schemas'),
  });
  expect(receiver.text).not.toContain('canary');

  const lines = linesOf(await telemetry.handle.metricsText());
  const metric = (name: string): number =>
    [...lines].reduce((sum, [line, value]) => (line.startsWith(`${name}{`) ? sum + value : sum), 0);
  const sum = (name: string): number => spans.reduce((total, span) => total + Number(span.attributes[name] ?? 0), 0);
  const calls = { 'gpt-4o-mini': 5, 'gpt-4o': 1 };
  const bill = calls['gpt-4o-mini'] * BILL['gpt-4o-mini'] + calls['gpt-4o'] * BILL['gpt-4o'];
  expect(sum('gen_ai.usage.input_tokens')).toBe(6_000);
  expect(sum('gen_ai.usage.output_tokens')).toBe(600);
  expect(metric('gen_ai_client_inference_usage_input_tokens_total')).toBe(6_000);
  expect(metric('gen_ai_client_inference_usage_output_tokens_total')).toBe(600);
  expect(sum('tta.llm.cost_usd')).toBeCloseTo(bill, 12);
  expect(metric('llm_cost_usd_total')).toBeCloseTo(bill, 12);
  expect(spans.filter(({ kind }) => kind === 'client')).toHaveLength(metric('llm_calls_total'));
});
