import { expectTypeOf, test } from 'vitest';
import type { WorkflowContext } from '../context.ts';
import { step, type WorkflowPrimitive } from '../primitive.ts';
import { parallel } from './parallel.ts';
import type { OutputOf } from './sequence.ts';

const length = step('length', (text: string) => text.length);
const shout = async (text: string): Promise<string> => text.toUpperCase();
const isLong = (text: string): boolean => text.length > 3;

test('par flattens to one tuple', () => {
  expectTypeOf<OutputOf<ReturnType<typeof three>>>().toEqualTypeOf<[number, string, boolean]>();
  function three() {
    return length.par(shout).par(isLong);
  }
  expectTypeOf(length.par(shout).par(isLong).par(shout).execute('')).resolves.toEqualTypeOf<
    [number, string, boolean, string]
  >();
  expectTypeOf(length.par(length.par(shout)).execute('')).resolves.toEqualTypeOf<[number, [number, string]]>();
});

test('par lengthens a parallel of a tuple, and nests any other', () => {
  expectTypeOf(parallel([length, shout]).par(isLong).execute('')).resolves.toEqualTypeOf<[number, string, boolean]>();
  expectTypeOf(parallel({ length }).par(isLong).execute('')).resolves.toEqualTypeOf<[{ length: number }, boolean]>();
  expectTypeOf(parallel([length], { mode: 'any' }).par(isLong).execute('')).resolves.toEqualTypeOf<[number, boolean]>();
});

test('outputs have the shape of the branches, exactly', () => {
  expectTypeOf(parallel([length, shout]).execute('')).resolves.toEqualTypeOf<[number, string]>();
  expectTypeOf(parallel({ length, shouted: shout, isLong })).toEqualTypeOf<
    WorkflowPrimitive<string, { length: number; shouted: string; isLong: boolean }>
  >();
  expectTypeOf(parallel([length, shout].map((branch) => branch)).execute('')).resolves.toEqualTypeOf<
    (number | string)[]
  >();
});

test('every mode has its own output', () => {
  expectTypeOf(parallel([length, shout], { mode: 'fail-fast', graceMs: 5 }).execute('')).resolves.toEqualTypeOf<
    [number, string]
  >();
  expectTypeOf(parallel([length, shout], { mode: 'settle' }).execute('')).resolves.toEqualTypeOf<
    [PromiseSettledResult<number>, PromiseSettledResult<string>]
  >();
  expectTypeOf(parallel({ length, isLong }, { mode: 'settle' }).execute('')).resolves.toEqualTypeOf<{
    length: PromiseSettledResult<number>;
    isLong: PromiseSettledResult<boolean>;
  }>();
  expectTypeOf(parallel([length, shout], { mode: 'any' }).execute('')).resolves.toEqualTypeOf<number | string>();
  expectTypeOf(parallel({ length, isLong }, { mode: 'race' }).execute('')).resolves.toEqualTypeOf<number | boolean>();
});

test('the input must suit every branch', () => {
  const both = parallel([(page: { title: string }) => page.title, (page: { pages: number }) => page.pages]);
  expectTypeOf(both.execute).parameter(0).toEqualTypeOf<{ title: string } & { pages: number }>();
  // @ts-expect-error the second branch wants the pages too
  void both.execute({ title: 'Moby Dick' });
});

test('a wrong mode or a branch that is no step does not compile', () => {
  // @ts-expect-error there is no such mode
  parallel([length], { mode: 'all' });
  // @ts-expect-error a number is no step
  parallel([length, 7]);
});

test('a plain function is given the context, typed', () => {
  parallel([
    (text: string, context) => {
      expectTypeOf(context).toEqualTypeOf<WorkflowContext>();
      return text;
    },
  ]);
});
