import { expectTypeOf, test } from 'vitest';
import { step, type WorkflowPrimitive } from '../primitive.ts';
import { switchOn, when } from './conditional.ts';

const isLong = async (text: string): Promise<boolean> => text.length > 3;
const count = step('count', (text: string) => text.length);

test('when gives the union of its steps, and of the input when it has one only', () => {
  expectTypeOf(when(isLong, count, async () => true)).toEqualTypeOf<WorkflowPrimitive<string, number | boolean>>();
  expectTypeOf(when(isLong, count)).toEqualTypeOf<WorkflowPrimitive<string, number | string>>();
});

test('switchOn gives the union of its cases and of otherwise, or of the input without it', () => {
  const select = (text: string): string => text;
  expectTypeOf(switchOn(select, { a: count, b: async () => new Date() }, () => true)).toEqualTypeOf<
    WorkflowPrimitive<string, number | Date | boolean>
  >();
  expectTypeOf(switchOn(select, { a: count })).toEqualTypeOf<WorkflowPrimitive<string, number | string>>();
});

test('switchOn infers the parameters of its cases', () => {
  switchOn((text: string) => text, {
    a: (text) => {
      expectTypeOf(text).toEqualTypeOf<string>();
      return text;
    },
  });
});

test('a step of another input, or a condition that gives no boolean, does not compile', () => {
  // @ts-expect-error the step wants a number
  when(isLong, (value: number) => value);
  // @ts-expect-error the case wants a number
  switchOn((text: string) => text, { a: (value: number) => value });
  // @ts-expect-error a string is no decision
  when((text: string) => text, count);
});
