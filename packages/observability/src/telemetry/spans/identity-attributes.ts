import { type Attributes, type Context, propagation } from '@opentelemetry/api';
import type { ExecutionIdentity, WorkflowContext } from 'tta-dev-primitives';

/** So many tags, entries of metadata and of baggage go on a span. */
const MAX_ENTRIES = 32;

/** Attributes of every span, and what the outermost one says of whose work it is. */
export function identityAttributes({ kind, name, context }: ExecutionIdentity, isRoot: boolean): Attributes {
  const attributes: Attributes = { 'tta.kind': kind, 'tta.name': name };
  if (context.attempt > 1) attributes['tta.retry.attempt'] = context.attempt;
  if (isRoot) addOwner(attributes, context);
  return attributes;
}

/** The owner of the work, and the tags, metadata and baggage of its context. OpenTelemetry's active baggage is sent on, but not written here. */
function addOwner(attributes: Attributes, context: WorkflowContext): void {
  const { tenantId, sessionId, userId, tags, metadata, baggage } = context;
  attributes['tta.workflow.id'] = context.workflowId;
  attributes['tta.correlation.id'] = context.correlationId;
  if (tenantId !== undefined) attributes['tta.tenant.id'] = tenantId;
  if (sessionId !== undefined) attributes['session.id'] = sessionId;
  if (userId !== undefined) attributes['user.id'] = userId;
  addEntries(attributes, 'tta.tag', tags);
  addEntries(attributes, 'tta.metadata', metadata);
  addEntries(attributes, 'tta.baggage', baggage);
}

function addEntries(attributes: Attributes, prefix: string, entries: Readonly<Record<string, unknown>>): void {
  let room = MAX_ENTRIES;
  for (const name in entries) {
    const value = entries[name];
    if (!isPlain(value)) continue;
    if (room === 0) return;
    room -= 1;
    attributes[`${prefix}.${name}`] = value;
  }
}

/** The same context with the baggage of a workflow, which instrumented clients send on in the `baggage` header. */
export function withBaggage(active: Context, { baggage }: WorkflowContext): Context {
  const names = Object.keys(baggage);
  if (names.length === 0) return active;
  let sent = propagation.getBaggage(active) ?? propagation.createBaggage();
  for (const name of names) sent = sent.setEntry(name, { value: String(baggage[name]) });
  return propagation.setBaggage(active, sent);
}

export function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
