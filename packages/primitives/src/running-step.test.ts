import { expect, test } from 'vitest';
import { WorkflowContext } from './context.ts';
import type { Facts } from './facts.ts';
import { followOutput } from './output/follow-output.ts';
import { asPrimitive, type RunningStep, type Step, step, WorkflowPrimitive } from './primitive.ts';
import { factsIn } from './report/summary.ts';
import { withReport } from './report/with-report.ts';
import { recordingObserver } from './testing/recording-observer.ts';

class Stating extends WorkflowPrimitive<unknown, string> {
  constructor(name: string) {
    super(name);
  }

  protected run(_: unknown, __: WorkflowContext, { note }: RunningStep): string {
    note('conditional.branch', this.name);
    return this.name;
  }
}

/** Calls a part, and tells what was stated beneath it once its output has ended. */
class Reading<O> extends WorkflowPrimitive<unknown, O> {
  override readonly kind = 'reading';
  readonly #part: WorkflowPrimitive<unknown, O>;
  readonly heard: Facts['conditional.branch'][][] = [];

  constructor(part: Step<unknown, O>) {
    super('reading');
    this.#part = asPrimitive(part);
  }

  protected async run(input: unknown, context: WorkflowContext, { call }: RunningStep): Promise<O> {
    const { output, record } = call(this.#part, input, context);
    const onEnd = (): void => void this.heard.push(record.factsOf('conditional.branch'));
    return output.then(
      (value) => followOutput(value, { onEnd }),
      (error: unknown) => {
        onEnd();
        throw error;
      },
    );
  }
}

const MODES = ['unobserved', 'observed', 'reported'] as const;

function contextOf(mode: (typeof MODES)[number]): WorkflowContext {
  return mode === 'reported' ? withReport().context : new WorkflowContext();
}

test.each(MODES)('records what a part and everything beneath it stated (%s)', async (mode) => {
  using _ = mode === 'observed' ? recordingObserver() : undefined;
  const reading = new Reading(new Stating('a').pipe(new Stating('b')));
  const context = contextOf(mode);
  await new Stating('before').execute(null, context);
  await reading.execute(null, context);
  await reading.execute(null, contextOf(mode));
  expect(reading.heard).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

test.each(MODES)('records what a failed part stated (%s)', async (mode) => {
  using _ = mode === 'observed' ? recordingObserver() : undefined;
  const reading = new Reading(
    new Stating('a').pipe(() => {
      throw new Error('busy');
    }),
  );
  await expect(reading.execute(null, contextOf(mode))).rejects.toThrow('busy');
  expect(reading.heard).toEqual([['a']]);
});

test.each(MODES)('records what a part states at the end of its stream (%s)', async (mode) => {
  using _ = mode === 'observed' ? recordingObserver() : undefined;
  class Streaming extends WorkflowPrimitive<unknown, AsyncGenerator<number>> {
    constructor() {
      super('streaming');
    }
    protected run(__: unknown, ___: WorkflowContext, { note }: RunningStep): AsyncGenerator<number> {
      const chunks = (async function* () {
        yield 1;
      })();
      return followOutput(chunks, { onEnd: () => note('conditional.branch', 'end') });
    }
  }
  const reading = new Reading(new Streaming());
  for await (const __ of await reading.execute(null, contextOf(mode)));
  expect(reading.heard).toEqual([['end']]);
});

test.each(MODES)('keeps apart what two calls at once state (%s)', async (mode) => {
  const context = contextOf(mode);
  const readings = ['a', 'b'].map((name) => new Reading(new Stating(name).pipe(async (text) => text)));
  await Promise.all(readings.map((reading) => reading.execute(null, context)));
  expect(readings.map(({ heard }) => heard)).toEqual([[['a']], [['b']]]);
});

test('hands facts on to the records outside', async () => {
  const inner = new Reading(new Stating('a'));
  const outer = new Reading(inner);
  const { context, report } = withReport();
  await outer.execute(null);
  await outer.execute(null, context);
  expect([inner.heard, outer.heard]).toEqual([
    [['a'], ['a']],
    [['a'], ['a']],
  ]);
  expect(factsIn((await report).executions, 'conditional.branch')).toEqual(['a']);
});

test('a report beneath a call hides nothing from the caller', async () => {
  const reading = new Reading(
    step('asking', (_: unknown, context) => new Stating('a').execute(null, withReport(context).context)),
  );
  await reading.execute(null);
  expect(reading.heard).toEqual([['a']]);
});

test('states facts to the observers once, however many calls they are beneath', async () => {
  using recording = recordingObserver();
  await new Reading(new Reading(new Stating('a'))).execute(null);
  expect(recording.factsOf('conditional.branch')).toEqual(['a']);
});
