import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { WorkflowContext } from './context.ts';
import { manualClock } from './testing/manual-clock.ts';

test('makes ids when first asked for, keeps them, and shares them with children made before', () => {
  const root = new WorkflowContext();
  const child = root.child('part');
  expect(child.workflowId).toMatch(/^[0-9a-f-]{36}$/);
  expect(root.workflowId).toBe(child.workflowId);
  expect(root.correlationId).toBe(child.correlationId);
  expect(root.workflowId).not.toBe(root.correlationId);
});

test('gives children the identity of their parent, and lets them replace any of it', () => {
  const root = new WorkflowContext({
    workflowId: 'w',
    sessionId: 's',
    tenantId: 't',
    userId: 'u',
    correlationId: 'c',
    tags: { team: 'blue' },
    baggage: { region: 'eu' },
    metadata: { plan: 1 },
    attempt: 2,
  });
  const { workflowId, sessionId, tenantId, userId, correlationId, tags, baggage, metadata, attempt } =
    root.child('part');
  expect({ workflowId, sessionId, tenantId, userId, correlationId, attempt }).toEqual({
    workflowId: 'w',
    sessionId: 's',
    tenantId: 't',
    userId: 'u',
    correlationId: 'c',
    attempt: 2,
  });
  expect([tags, baggage, metadata]).toEqual([{ team: 'blue' }, { region: 'eu' }, { plan: 1 }]);
  const other = root.child('part', { tenantId: 't2', workflowId: 'w2', attempt: 3 });
  expect([other.tenantId, other.workflowId, other.attempt, other.child('deeper').workflowId]).toEqual([
    't2',
    'w2',
    3,
    'w2',
  ]);
});

test('is caused by nothing as a root, and by its parent as a child', () => {
  const root = new WorkflowContext({ correlationId: 'request' });
  expect(root.causationId).toBeUndefined();
  expect(root.child('').causationId).toBe('request');
  expect(root.child('part', { correlationId: 'own' }).causationId).toBe('request');
  expect(root.child('part', { correlationId: 'own' }).child('deeper').causationId).toBe('own');
  expect(root.child('part', { causationId: 'timer' }).causationId).toBe('timer');
  const lazy = new WorkflowContext();
  expect(lazy.child('part').causationId).toBe(lazy.correlationId);
});

test('names children by their path', () => {
  const root = new WorkflowContext();
  expect(root.name).toBe('');
  expect(root.child('a').child('b').name).toBe('a/b');
  expect(root.child('a').detach('b').name).toBe('a/b');
});

test('shares state with every child, also when it is first used by one', () => {
  const root = new WorkflowContext();
  const [left, right] = [root.child('left'), root.child('right').detach('deeper')];
  left.state.set('seen', true);
  expect(right.state.get('seen')).toBe(true);
  expect(root.child('own', { state: new Map() }).child('deeper').state.has('seen')).toBe(false);
});

test('lets a child only shorten the deadline', () => {
  const clock = manualClock();
  const root = new WorkflowContext({ clock, deadline: 1_000 });
  expect(root.child('later', { deadline: 5_000 }).deadline).toBe(1_000);
  expect(root.child('earlier', { deadline: 500 }).deadline).toBe(500);
  expect(root.child('none').deadline).toBe(1_000);
});

test('tells the time that remains and the time since the workflow began, also to children', async () => {
  const clock = manualClock();
  await clock.advance(100);
  const root = new WorkflowContext({ clock, deadline: 600 });
  await clock.advance(200);
  const child = root.child('part');
  expect([root.remainingMs(), child.remainingMs(), root.elapsedMs(), child.elapsedMs()]).toEqual([300, 300, 200, 200]);
  await clock.advance(1_000);
  expect(child.remainingMs()).toBe(0);
  expect(new WorkflowContext({ clock }).remainingMs()).toBe(Infinity);
});

test('keeps the clock of its root', () => {
  const clock = manualClock();
  const root = new WorkflowContext({ clock });
  expect(root.child('part', { clock: manualClock() } as object).clock).toBe(clock);
});

test('detaches from signal and deadline, but not from identity and state', () => {
  const controller = new AbortController();
  const root = new WorkflowContext({ signal: controller.signal, deadline: 5, tenantId: 't' });
  const detached = root.detach('refresh');
  controller.abort();
  expect(detached).toMatchObject({ isAborted: false, deadline: Infinity, tenantId: 't' });
  expect(detached.child('part').isAborted).toBe(false);
  expect(detached.workflowId).toBe(root.workflowId);
  expect(detached.state).toBe(root.state);
  expect(root.detach('refresh', { deadline: 9 }).deadline).toBe(9);
});

test('detaches also when nobody had asked for a signal yet', () => {
  const root = new WorkflowContext();
  const detached = root.detach('refresh');
  expect(detached.signal).not.toBe(root.signal);
});

test('makes one signal per workflow when none was given, and none to find out that nothing was aborted', () => {
  const root = new WorkflowContext();
  const forget = root.onAbort(() => {});
  expect(root.isAborted).toBe(false);
  forget();
  expect(root.child('part').signal).toBe(root.signal);
});

test('calls the abort listener with the reason, at once when it is too late to listen', () => {
  const controller = new AbortController();
  const context = new WorkflowContext({ signal: controller.signal });
  const [early, late, forgotten] = [vi.fn(), vi.fn(), vi.fn()];
  context.onAbort(early);
  context.onAbort(forgotten)();
  controller.abort('enough');
  context.onAbort(late)();
  expect([early, late].map(({ mock }) => mock.calls)).toEqual([[['enough']], [['enough']]]);
  expect(forgotten).not.toHaveBeenCalled();
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('remembers checkpoints of the whole workflow by path, and only the newest 1,000', async () => {
  const clock = manualClock();
  const root = new WorkflowContext({ clock });
  root.checkpoint('received');
  await clock.advance(5);
  root.child('llm').checkpoint('answered');
  expect(root.checkpoints).toEqual([
    { name: 'received', elapsedMs: 0 },
    { name: 'llm/answered', elapsedMs: 5 },
  ]);
  for (let count = 0; count < 1_500; count += 1) root.checkpoint(`tick ${count}`);
  expect(root.checkpoints).toHaveLength(1_000);
  expect(root.checkpoints.at(-1)?.name).toBe('tick 1499');
});

test.each([
  [{ deadline: Number.NaN }, /^WorkflowContext: deadline must be a number or Infinity, but it is NaN$/],
  [{ attempt: 0 }, /^WorkflowContext: attempt must be a whole number at least 1, but it is 0$/],
])('refuses %j', (init, message) => {
  expect(() => new WorkflowContext(init)).toThrow(message);
  expect(() => new WorkflowContext().child('part', init)).toThrow(RangeError);
});

test.each<[unknown, string]>([
  [{ tenant: 'acme' }, 'WorkflowContext: tenant is not an option; the options are workflowId, sessionId, tenantId, '],
  [{ tenantID: 'acme', workflowId: 'w' }, 'WorkflowContext: tenantID is not an option'],
  [{ toString: 'acme' }, 'WorkflowContext: toString is not an option'],
  ['acme', 'WorkflowContext: options must be an object, but it is "acme"'],
  [null, 'WorkflowContext: options must be an object, but it is null'],
  [['acme'], 'WorkflowContext: options must be an object, but it is an array'],
  [{ tenantId: 5 }, 'WorkflowContext: tenantId must be a string, but it is 5'],
  [{ userId: {} }, 'WorkflowContext: userId must be a string, but it is an object'],
  [{ tenantId: 'acme', workflowId: Number.NaN }, 'WorkflowContext: workflowId must be a string, but it is NaN'],
  [{ tags: 'eu' }, 'WorkflowContext: tags must be an object, but it is "eu"'],
  [{ baggage: [1] }, 'WorkflowContext: baggage must be an object, but it is an array'],
  [{ state: {} }, 'WorkflowContext: state must be a Map, but it is an object'],
  [{ signal: new AbortController() }, 'WorkflowContext: signal must be an AbortSignal, but it is an object'],
])('refuses %j rather than ignore a part', (init, message) => {
  expect(() => new WorkflowContext(init as never)).toThrow(message);
  expect(() => new WorkflowContext().child('part', init as never)).toThrow(message);
});

test.each([[{}], [{ now: () => 0, setTimer: () => {} }]])('refuses the clock %o, which cannot be read', (clock) => {
  expect(() => new WorkflowContext({ clock: clock as never })).toThrow(
    /^WorkflowContext: clock must be an object with now, epochMs, setTimer/,
  );
});

test('takes null for nothing, as many a caller gives it', () => {
  const root = new WorkflowContext({ tenantId: 'acme' });
  expect(root.child('part', { tenantId: null as never, userId: 'u' }).tenantId).toBe('acme');
  expect(new WorkflowContext({ tenantId: null as never }).tenantId).toBeUndefined();
});
