import { expectTypeOf, test } from 'vitest';
import type { FactName, Facts, NoteFact } from './facts.ts';
import { type RunningStep, type Step, step, WorkflowPrimitive } from './primitive.ts';

test('primitives have no then, so they are never taken for promises', () => {
  const primitive = step('one', () => 1);
  expectTypeOf<Extract<keyof typeof primitive, 'then'>>().toBeNever();
  expectTypeOf<Extract<keyof ReturnType<typeof primitive.par<number>>, 'then'>>().toBeNever();
  expectTypeOf<Awaited<typeof primitive>>().toEqualTypeOf<typeof primitive>();
});

test('execute gives the awaited output and wants the right input', () => {
  expectTypeOf(step('sync', (n: number) => `${n}`).execute(1)).toEqualTypeOf<Promise<string>>();
  expectTypeOf(step('async', async (n: number) => `${n}`).execute(1)).toEqualTypeOf<Promise<string>>();
  // @ts-expect-error the step wants a number
  void step('number', (n: number) => n).execute('1');
});

test('primitives and plain functions are steps, synchronous or not', () => {
  expectTypeOf<WorkflowPrimitive<string, number>>().toExtend<Step<string, number>>();
  expectTypeOf<(text: string) => number>().toExtend<Step<string, number>>();
  expectTypeOf<(text: string) => Promise<number>>().toExtend<Step<string, number>>();
  expectTypeOf<(count: number) => number>().not.toExtend<Step<string, number>>();
});

test('only declared facts with values of their type can be stated', () => {
  const note: NoteFact = () => {};
  note('conditional.branch', 'then');
  // @ts-expect-error no primitive declares this fact
  note('conditional.brunch', 'then');
  // @ts-expect-error the value is a string
  note('conditional.branch', 7);
  expectTypeOf<Facts['conditional.branch']>().toEqualTypeOf<string>();
  expectTypeOf<'conditional.branch'>().toExtend<FactName>();
});

test('a primitive is extended by run, with the facts at hand', () => {
  class Length extends WorkflowPrimitive<string, number> {
    constructor() {
      super('length');
    }
    protected run(text: string, _: unknown, { note }: RunningStep): number {
      // @ts-expect-error no primitive declares this fact
      note('length.of', text.length);
      return text.length;
    }
  }
  expectTypeOf(new Length().pipe((n) => n > 3)).toEqualTypeOf<WorkflowPrimitive<string, boolean>>();
});
