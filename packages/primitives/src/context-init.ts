import { type AbortSource, SignalSource } from './abort-source.ts';
import { type Clock, systemClock } from './clock.ts';
import { checkMethods, checkNoUnknown, checkNumber, type NumberRange, refusal } from './options.ts';

/** The fields of a new context. Each has a default. */
export interface WorkflowContextInit {
  /** Identifies the run of the workflow. @defaultValue a random UUID */
  readonly workflowId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** The tenant that the work belongs to; part of every cache key. */
  readonly tenantId?: string | undefined;
  readonly userId?: string | undefined;
  /** Identifies one request across processes. @defaultValue a random UUID */
  readonly correlationId?: string | undefined;
  /** What caused this work. @defaultValue none for a root, the parent's `correlationId` for a child */
  readonly causationId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly baggage?: Readonly<Record<string, string>> | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Values that steps share; every child of a context sees the same map. */
  readonly state?: Map<string, unknown> | undefined;
  /** Cancels the work when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Like `signal`, but creates the signal only on first read. For code that cancels its own work. Takes precedence over `signal`.
   * If a `deadline` is given too, this source enforces it and aborts when it has passed.
   */
  readonly abortSource?: AbortSource | undefined;
  /** The instant work is due, in `clock.now()` milliseconds. @defaultValue Infinity */
  readonly deadline?: number | undefined;
  /** Which try this is, from 1. */
  readonly attempt?: number | undefined;
  /** @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

/**
 * Fields that a child can override. They replace the parent's fields and are not merged. A `signal` also replaces the parent's:
 * derive it with `deriveController`, otherwise the parent's cancellation does not reach the child. The clock is always the
 * root's: one clock controls the whole workflow.
 */
export type ChildContextInit = Omit<WorkflowContextInit, 'clock'>;

const OWNER = 'WorkflowContext';

const ANY_INSTANT: NumberRange = { allowInfinity: true };

const FROM_ONE: NumberRange = { atLeast: 1, isInteger: true };

/**
 * Checks what a context is made from.
 *
 * @throws TypeError naming an unknown field, or TypeError or RangeError naming a field whose value is wrong
 */
export function checkInit(init: WorkflowContextInit): void {
  if (!isWellNamed(init)) checkNoUnknown(OWNER, init, FIELDS);
  const { deadline, attempt, clock, signal } = init;
  if (!isInstant(deadline)) checkNumber(OWNER, 'deadline', deadline, ANY_INSTANT);
  if (attempt !== undefined) checkNumber(OWNER, 'attempt', attempt, FROM_ONE);
  if (clock !== undefined && clock !== systemClock) checkMethods(OWNER, 'clock', clock, ['now', 'epochMs', 'setTimer']);
  if (signal !== undefined && signal !== null && typeof signal.addEventListener !== 'function') {
    throw new TypeError(refusal(OWNER, 'signal', signal, 'an AbortSignal'));
  }
}

const FIELDS: Readonly<Record<keyof WorkflowContextInit, true>> = {
  workflowId: true,
  sessionId: true,
  tenantId: true,
  userId: true,
  correlationId: true,
  causationId: true,
  tags: true,
  baggage: true,
  metadata: true,
  state: true,
  signal: true,
  abortSource: true,
  deadline: true,
  attempt: true,
  clock: true,
};

/** Spares the full check to what passes it, as below. */
function isWellNamed(init: WorkflowContextInit): boolean {
  if (typeof init !== 'object' || init === null) return false;
  for (const name in init) if (FIELDS[name as keyof WorkflowContextInit] !== true) return false;
  return true;
}

/** Spares the full check to what passes it, because every execution under a timeout makes a child with a deadline. */
function isInstant(deadline: number | undefined): boolean {
  return deadline === undefined || deadline === Infinity || Number.isFinite(deadline);
}

export function abortSourceOf({ abortSource, signal }: WorkflowContextInit): AbortSource | undefined {
  return abortSource ?? (signal && new SignalSource(signal));
}

/**
 * Checks the identities and the data that a context is given.
 *
 * @throws TypeError naming the field whose value is wrong
 */
export function checkGiven(init: WorkflowContextInit): void {
  const { workflowId, sessionId, tenantId, userId, correlationId, tags, baggage, metadata, state } = init;
  const areTexts =
    isText(workflowId) && isText(sessionId) && isText(tenantId) && isText(userId) && isText(correlationId);
  if (!areTexts) refuseNoText({ workflowId, sessionId, tenantId, userId, correlationId });
  checkObjects({ tags, baggage, metadata });
  if (state !== undefined && state !== null && !(state instanceof Map))
    throw new TypeError(refusal(OWNER, 'state', state, 'a Map'));
}

function isText(identity: unknown): boolean {
  return typeof identity === 'string' || identity === undefined || identity === null;
}

function refuseNoText(identities: Readonly<Record<string, unknown>>): never {
  const [name, value] = Object.entries(identities).find(([, identity]) => !isText(identity)) ?? ['', undefined];
  throw new TypeError(refusal(OWNER, name, value, 'a string'));
}

function checkObjects(values: Readonly<Record<string, unknown>>): void {
  for (const name in values) {
    const value = values[name];
    if (value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value))) continue;
    throw new TypeError(refusal(OWNER, name, value, 'an object'));
  }
}
