import { describe, expect, it } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { manualClock, recordingObserver } from '../testing/index.ts';
import { type CompensableStep, CompensationPrimitive, compensable } from './compensation-primitive.ts';

const FAILED = new Error('the card was refused');

/** A step that adds its name to its input, and notes when it is undone. */
function adding(name: string, undone: string[]): CompensableStep<string, string> {
  return {
    do: (input) => `${input}${name}`,
    undo: (output, _context, input) => void undone.push(`${name}: ${input} -> ${output}`),
  };
}

const refusing: CompensableStep<string, string> = {
  do() {
    throw FAILED;
  },
};

describe('a saga', () => {
  it('throws the error of its step under a context that never aborts', async () => {
    const saga = new CompensationPrimitive([refusing]);
    await expect(saga.execute('>', new WorkflowContext())).rejects.toBe(FAILED);
  });

  it('refuses an undo that is not a function, and names its maker', () => {
    expect(() => compensable(() => 1, 5 as never)).toThrow('compensable: undo must be a function');
  });

  it('gives every step what the one before gave, and undoes nothing when all succeed', async () => {
    using recording = recordingObserver();
    const undone: string[] = [];
    const saga = new CompensationPrimitive([adding('a', undone), adding('b', undone)]);
    expect(await saga.execute('>')).toBe('>ab');
    expect(undone).toEqual([]);
    expect(recording.factsOf('compensation.outcome')).toEqual(['success']);
  });

  it('undoes in reverse what had succeeded, and throws the error itself', async () => {
    using recording = recordingObserver();
    const undone: string[] = [];
    const saga = new CompensationPrimitive([adding('a', undone), adding('b', undone), refusing], {
      operation: 'order',
    });
    await expect(saga.execute('>')).rejects.toBe(FAILED);
    expect(undone).toEqual(['b: >a -> >ab', 'a: > -> >a']);
    expect(recording.executions[0]?.facts).toEqual([
      { name: 'compensation.operation', value: 'order' },
      { name: 'compensation.undone', value: 2 },
      { name: 'compensation.outcome', value: 'compensated' },
    ]);
  });

  it('gives an undo its whole time although the deadline of the caller has passed', async () => {
    const clock = manualClock();
    let leftMs: number | undefined;
    const saga = new CompensationPrimitive(
      [
        compensable(
          (input: string) => input,
          (_output, context) => {
            leftMs = context.remainingMs();
          },
        ),
        {
          async do(_input: string, context) {
            await new Promise<void>((resolve) => void context.clock.setTimer(resolve, 500));
            throw FAILED;
          },
        },
      ],
      { undoTimeoutMs: 300 },
    );
    const answer = saga.execute('>', new WorkflowContext({ clock, deadline: 100 }));
    answer.catch(() => {});
    await clock.advance(500);
    await expect(answer).rejects.toBe(FAILED);
    expect(leftMs).toBe(300);
  });

  it('goes on undoing when an undo fails, and throws both errors', async () => {
    using recording = recordingObserver();
    const undone: string[] = [];
    const stuck = new Error('the stock is stuck');
    const saga = new CompensationPrimitive([
      adding('a', undone),
      {
        do: (input: string) => input,
        undo() {
          throw stuck;
        },
      },
      refusing,
    ]);
    const error: unknown = await saga.execute('>').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({ errors: [FAILED, stuck], cause: FAILED });
    expect(undone).toEqual(['a: > -> >a']);
    expect(recording.factsOf('compensation.outcome')).toEqual(['compensation_failed']);
    expect(recording.factsOf('compensation.undone')).toEqual([1]);
  });

  it('waits for no undo longer than it may, and tells it to stop', async () => {
    const clock = manualClock();
    let undoing: AbortSignal | undefined;
    const hanging: CompensableStep<string, string> = {
      do: (input) => input,
      undo(_output, { signal }) {
        undoing = signal;
        return new Promise(() => {});
      },
    };
    const saga = new CompensationPrimitive([hanging, refusing], { undoTimeoutMs: 5_000, operation: 'order' });
    const failed = saga.execute('>', new WorkflowContext({ clock })).catch((thrown: unknown) => thrown);
    await clock.advance(5_000);
    expect(await failed).toMatchObject({ errors: [FAILED, { message: /^order: undoing .* longer than 5000 ms$/ }] });
    expect(undoing?.aborted).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('undoes although its caller has left, with a signal that is not aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('left');
    const seen: unknown[] = [];
    const saga = new CompensationPrimitive<string, string>([
      compensable(
        (input: string) => input.length,
        (output, context) => void seen.push(output, context.signal.aborted, context.state.get('request')),
      ),
      compensable((input: number) => {
        controller.abort(reason);
        return input;
      }),
      compensable((input: number) => String(input)),
    ]);
    const context = new WorkflowContext({ signal: controller.signal, state: new Map([['request', 1]]) });
    await expect(saga.execute('>', context)).rejects.toBe(reason);
    expect(seen).toEqual([1, false, 1]);
  });

  it('counts an execution that was cancelled before it began', async () => {
    using recording = recordingObserver();
    const context = new WorkflowContext({ signal: AbortSignal.abort('left') });
    await expect(new CompensationPrimitive([refusing]).execute('>', context)).rejects.toBe('left');
    expect(recording.factsOf('compensation.outcome')).toEqual(['cancelled']);
  });
});
