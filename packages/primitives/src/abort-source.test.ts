import { expect, test, vi } from 'vitest';
import { LazyController } from './abort-source.ts';
import { WorkflowContext } from './context.ts';

test('makes one signal, and only when somebody reads it', () => {
  const make = vi.spyOn(globalThis, 'AbortController');
  const controller = new LazyController();
  controller.onAbort(() => {});
  expect([controller.isAborted, make.mock.calls.length]).toEqual([false, 0]);
  expect(controller.signal).toBe(controller.signal);
  expect(make).toHaveBeenCalledTimes(1);
  make.mockRestore();
});

test('aborts the signal with the reason, whether it was read before or after', () => {
  const [early, late] = [new LazyController(), new LazyController()];
  const { signal } = early;
  for (const controller of [early, late]) controller.abort('enough');
  expect([signal, late.signal]).toMatchObject([
    { aborted: true, reason: 'enough' },
    { aborted: true, reason: 'enough' },
  ]);
});

test('aborts once, and gives a reason of the platform when it is given none', () => {
  const [once, bare] = [new LazyController(), new LazyController()];
  once.abort('first');
  once.abort('second');
  bare.abort();
  expect([once.reason, bare.reason]).toMatchObject(['first', { name: 'AbortError' }]);
  expect(bare.signal.reason).toBe(bare.reason);
});

test('tells every listener the reason once, in order, and at once when it is too late to listen', () => {
  const controller = new LazyController();
  const heard: unknown[] = [];
  const same = (reason: unknown): void => void heard.push(['same', reason]);
  controller.onAbort(same);
  controller.onAbort(same)();
  controller.onAbort((reason) => heard.push(['next', reason]));
  controller.abort('enough');
  controller.abort('more');
  controller.onAbort((reason) => heard.push(['late', reason]))();
  expect(heard).toEqual([
    ['same', 'enough'],
    ['next', 'enough'],
    ['late', 'enough'],
  ]);
});

test('has aborted its signal before any listener hears of it', () => {
  const controller = new LazyController();
  const { signal } = controller;
  const seen: boolean[] = [];
  controller.onAbort(() => seen.push(signal.aborted, controller.isAborted));
  signal.addEventListener('abort', () => seen.push(controller.isAborted));
  controller.abort('enough');
  expect(seen).toEqual([true, true, true]);
});

test('lets a listener leave while others are told', () => {
  const controller = new LazyController();
  const second = vi.fn();
  controller.onAbort(() => leave());
  const leave = controller.onAbort(second);
  controller.abort('enough');
  expect(second).not.toHaveBeenCalled();
});

test('throws what a listener throws where no other listener suffers from it', async () => {
  const uncaught: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').once('uncaughtException', (error) => uncaught.push(error));
  const controller = new LazyController();
  const after = vi.fn();
  controller.onAbort(() => {
    throw new Error('careless');
  });
  controller.onAbort(after);
  controller.abort('enough');
  await new Promise((resolve) => setImmediate(resolve));
  for (const listener of others) process.on('uncaughtException', listener);
  expect(after).toHaveBeenCalledTimes(1);
  expect(uncaught).toMatchObject([{ message: 'careless' }]);
});

test('cancels the context it was given to, its children, and their signals', () => {
  const abortSource = new LazyController();
  const context = new WorkflowContext().child('part', { abortSource });
  const { signal } = context.child('deeper');
  abortSource.abort('enough');
  expect(context.child('late')).toMatchObject({ isAborted: true, isAbortable: true });
  expect([signal.reason, context.signal.reason]).toEqual(['enough', 'enough']);
});

test('tells its listeners in their order, and none that another has had forgotten meanwhile', () => {
  const controller = new LazyController();
  const told: string[] = [];
  controller.onAbort(() => {
    told.push('first');
    forgetSecond();
  });
  const forgetSecond = controller.onAbort(() => told.push('second'));
  controller.onAbort((reason) => told.push(`third, ${reason}`));
  controller.abort('enough');
  forgetSecond();
  expect(told).toEqual(['first', 'third, enough']);
});
