import { afterEach, describe, expect, it } from 'vitest';
import { WorkflowContext } from './context.ts';
import type { FollowedExecution, FollowingObserver } from './following.ts';
import { type ExecutionIdentity, registerObserver } from './observer.ts';
import { step, WorkflowPrimitive } from './primitive.ts';
import { withReport } from './report/with-report.ts';
import type { RunningStep } from './running-step.ts';

class SpeakingPrimitive extends WorkflowPrimitive<string, string> {
  override readonly kind = 'speaking';
  constructor() {
    super('speak');
  }
  protected run(word: string, _context: WorkflowContext, { note }: RunningStep): string {
    note('conditional.branch', word);
    return word;
  }
}

const speak = new SpeakingPrimitive();
const unregister: (() => void)[] = [];
const errors: unknown[] = [];

function follow(change: Partial<FollowedExecution> = {}, begins = true): string[] {
  const seen: string[] = [];
  const followed: FollowedExecution = {
    around: undefined,
    note: (name, value) => void seen.push(`${name} ${String(value)}`),
    end: ({ status }) => void seen.push(status),
    ...change,
  };
  const observer: FollowingObserver = {
    begin({ kind, name }: ExecutionIdentity) {
      seen.push(`begin ${kind} ${name}`);
      return begins ? followed : undefined;
    },
    async observe(_execution, run) {
      seen.push('observe');
      await run(() => {});
    },
  };
  unregister.push(registerObserver(observer, { onError: (error) => void errors.push(error) }));
  return seen;
}

const fail = (): never => {
  throw new Error('not now');
};

afterEach(() => {
  for (const end of unregister.splice(0)) end();
  errors.length = 0;
});

describe('an observer that follows executions', () => {
  it('gets the begin, the facts and the end of each', async () => {
    const seen = follow();
    expect(await speak.execute('hello')).toBe('hello');
    expect(seen).toEqual(['begin speaking speak', 'conditional.branch hello', 'success']);
  });

  it('may have something active around the start of the work', async () => {
    const order: string[] = [];
    follow({
      around(work) {
        order.push('before');
        work();
        order.push('after');
      },
    });
    await step('work', () => void order.push('work')).execute(1);
    expect(order).toEqual(['before', 'work', 'after']);
  });

  it('gets the end of a stream when it has really ended', async () => {
    const seen = follow();
    const stream = await step('stream', async function* () {
      yield 1;
    }).execute(1);
    expect(seen).toEqual(['begin step stream']);
    for await (const _ of stream);
    expect(seen).toEqual(['begin step stream', 'success']);
  });

  it('gets the end of work that fails or is cancelled', async () => {
    const seen = follow();
    await expect(step('broken', fail).execute(1)).rejects.toThrow('not now');
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(speak.execute('x', new WorkflowContext({ signal }))).rejects.toThrow('stop');
    expect(seen).toEqual(['begin step broken', 'error', 'begin speaking speak', 'cancelled']);
  });

  it('may leave an execution out, which then runs as without observers, and is in reports', async () => {
    const seen = follow({}, false);
    const { context, report } = withReport(new WorkflowContext());
    expect(await speak.execute('hello', context)).toBe('hello');
    expect(seen).toEqual(['begin speaking speak']);
    expect((await report).executions).toMatchObject([{ kind: 'speaking' }]);
  });

  it('shares the facts with a report', async () => {
    const seen = follow();
    const { context, report } = withReport(new WorkflowContext());
    await speak.execute('hello', context);
    expect(seen).toContain('conditional.branch hello');
    expect((await report).executions).toMatchObject([{ facts: [{ name: 'conditional.branch', value: 'hello' }] }]);
  });

  it('surrounds the work where there are other observers, of the process or of the context', async () => {
    const seen = follow();
    unregister.push(registerObserver({ observe: async (_execution, run) => void (await run(() => {})) }));
    expect(await speak.execute('hello')).toBe('hello');
    expect(seen).toEqual(['observe']);
  });

  it.each<[string, Partial<FollowedExecution>]>([
    ['note', { note: fail }],
    ['end', { end: fail }],
    ['around, before the work', { around: fail }],
    [
      'around, after the work',
      {
        around(work) {
          work();
          fail();
        },
      },
    ],
  ])('changes nothing about the work when it throws in %s, and is told', async (_where, change) => {
    let runs = 0;
    follow(change);
    expect(await step('work', () => ++runs).execute(1)).toBe(1);
    expect(await speak.execute('hello')).toBe('hello');
    expect(runs).toBe(1);
    expect(errors).not.toEqual([]);
    expect(errors).toEqual(errors.map(() => new Error('not now')));
  });

  it('cannot repeat the work', async () => {
    let runs = 0;
    follow({
      around(work) {
        work();
        work();
      },
    });
    expect(await step('work', () => ++runs).execute(1)).toBe(1);
  });

  it('changes nothing when it cannot begin', async () => {
    const observer = { begin: fail, observe: fail } as unknown as FollowingObserver;
    unregister.push(registerObserver(observer, { onError: (error) => void errors.push(error) }));
    expect(await speak.execute('hello')).toBe('hello');
    expect(errors).toEqual([new Error('not now')]);
  });
});
