import type { FailureKind } from 'tta-dev-primitives';
import type { LedgerEntry } from 'tta-observability-integration/llm';
import type { SeenRequest } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import type { RequestStep } from '../../wire/index.ts';
import { seenOf } from '../entry/seen-of-entry.ts';
import { type GenAiCall, genAiCallOf } from './gen-ai-call.ts';
import type { OtlpSpan } from './span.ts';
import { type SpanNode, spanTree } from './span-tree.ts';

/** A call of a model, and the span that describes it from nearest by. */
interface SpannedCall {
  readonly span: OtlpSpan;
  readonly call: GenAiCall;
}

/** Reads a trace as one request; undefined when nothing in it is about models or workflows. */
export function seenOfTrace(spans: readonly OtlpSpan[]): SeenRequest | undefined {
  const nodes = spanTree(spans);
  const root = nodes[0]?.span;
  const calls = innermostCalls(nodes);
  if (root === undefined || (calls.length === 0 && !spans.some(isPrimitive))) return undefined;
  const entry = entryOf(spans, root, calls);
  const steps = nodes.map((node) => stepOf(node, root, calls));
  const seen = seenOf(entry, {
    steps,
    lookups: [],
    retries: [],
    queued: [],
    states: [],
    places: [],
    limits: [],
    chunks: [],
  });
  return { ...seen, names: { ...seen.names, traceId: root.traceId } };
}

/** The original's Python, and this library, name what a workflow step is. */
function isPrimitive({ attributes }: OtlpSpan): boolean {
  return attributes['primitive.type'] !== undefined || attributes['primitive.name'] !== undefined;
}

/** Libraries on top of each other describe one call twice: the innermost span counts. */
function innermostCalls(nodes: readonly SpanNode[]): SpannedCall[] {
  const containsCall = new Set<SpanNode>();
  const calls: SpannedCall[] = [];
  for (const node of nodes.toReversed()) {
    const call = genAiCallOf(node.span);
    const isAround = node.parts.some((part) => containsCall.has(part));
    if (call !== undefined && !isAround) calls.unshift({ span: node.span, call });
    if (call !== undefined || isAround) containsCall.add(node);
  }
  return calls;
}

function entryOf(spans: readonly OtlpSpan[], root: OtlpSpan, calls: readonly SpannedCall[]): LedgerEntry {
  const startedAtMs = Math.min(...spans.map((span) => span.startAtMs));
  const endedAtMs = Math.max(...spans.map((span) => span.endAtMs));
  const attempts = calls.map((call) => attemptOf(call));
  const costs = attempts.map(({ costUsd }) => costUsd);
  const unknown = costs.filter((usd) => usd === null).length;
  const costUsd = unknown > 0 ? null : costs.reduce<number>((sum, usd) => sum + (usd ?? 0), 0);
  const { attributes } = root;
  const status = root.isError || attributes['primitive.status'] === 'error' ? 'error' : 'success';
  const first = calls.find(({ call }) => call.firstChunkMs !== undefined);
  const sessionId = textOf(attributes, 'session.id', 'gen_ai.conversation.id', 'workflow.session_id');
  const tenantId = textOf(attributes, 'tenant.id', 'tta.tenant.id');
  const userId = textOf(attributes, 'user.id', 'enduser.id', 'workflow.player_id');
  return {
    version: 1,
    id: root.traceId,
    workflowId: textOf(attributes, 'workflow.id', 'tta.workflow.id') ?? root.traceId,
    ...(sessionId !== undefined && { sessionId }),
    ...(tenantId !== undefined && { tenantId }),
    ...(userId !== undefined && { userId }),
    tags: root.service === undefined ? {} : { service: root.service },
    workflow: textOf(attributes, 'workflow.name', 'ai.telemetry.functionId') ?? root.name,
    kind: textOf(attributes, 'primitive.type') ?? 'span',
    startedAtMs,
    durationMs: Math.max(0, endedAtMs - startedAtMs),
    status,
    ...(status === 'error' && { failure: 'unknown' as const }),
    ...(first?.call.firstChunkMs !== undefined && {
      firstChunkMs: first.span.startAtMs - startedAtMs + first.call.firstChunkMs,
    }),
    decisions: [],
    attempts,
    lookups: [],
    timeouts: [],
    retries: 0,
    fallbacks: 0,
    costUsd,
    baselineUsd: costUsd,
    savedUsd: {},
    wastedUsd: {},
    ...(unknown > 0 && { unpriced: { attempts: unknown } }),
  };
}

function attemptOf({ span, call }: SpannedCall): LedgerEntry['attempts'][number] {
  const { operation, provider, model, responseModel, usage, firstChunkMs, finish, costUsd } = call;
  return {
    operation,
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(responseModel !== undefined && { responseModel }),
    startedAtMs: span.startAtMs,
    durationMs: Math.max(0, span.endAtMs - span.startAtMs),
    ...(firstChunkMs !== undefined && { firstChunkMs }),
    status: span.isError ? 'error' : 'success',
    ...(span.isError && { failure: failureOf(span) }),
    ...(finish !== undefined && { finish }),
    ...(usage !== undefined && { usage }),
    costUsd: span.isError && usage === undefined ? 0 : costUsd,
  };
}

const FAILURES: readonly (readonly [RegExp, FailureKind])[] = [
  [/rate.?limit|^429$|too.?many/i, 'rate_limited'],
  [/time.?out|^408$|deadline/i, 'timeout'],
  [/auth|^401$/i, 'authentication'],
  [/^5\d\d$|server|overload|unavailable/i, 'server_error'],
  [/connect|network|socket/i, 'network'],
];

function failureOf({ attributes }: OtlpSpan): FailureKind {
  const stated = String(attributes['error.type'] ?? attributes['http.response.status_code'] ?? '');
  return FAILURES.find(([pattern]) => pattern.test(stated))?.[1] ?? 'unknown';
}

function stepOf({ span, depth, parts }: SpanNode, root: OtlpSpan, calls: readonly SpannedCall[]): RequestStep {
  const call = calls.find((one) => one.span === span)?.call;
  const model = call?.responseModel ?? call?.model;
  return {
    depth,
    kind: textOf(span.attributes, 'primitive.type') ?? (call === undefined ? 'span' : 'model_call'),
    name: nameOf(span.name),
    ...(model !== undefined && { detail: nameOf(model) }),
    startMs: Math.max(0, span.startAtMs - root.startAtMs),
    durationMs: Math.max(0, span.endAtMs - span.startAtMs),
    shape: parts.length > 0 && call === undefined ? 'container' : 'work',
    status: span.isError ? 'failed' : 'ok',
    ...(call !== undefined && { route: nameOf(call.model ?? model ?? span.name), costUsd: call.costUsd }),
    ...(call?.firstChunkMs !== undefined && { firstChunkMs: call.firstChunkMs }),
  };
}

function textOf(attributes: OtlpSpan['attributes'], ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === 'string' && value !== '' && value !== 'unknown') return value;
  }
  return undefined;
}
