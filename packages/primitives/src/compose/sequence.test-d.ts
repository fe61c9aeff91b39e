import { expectTypeOf, test } from 'vitest';
import { step, type WorkflowPrimitive } from '../primitive.ts';
import { type InputOf, type OutputOf, sequence } from './sequence.ts';

/** A value that remembers how many steps it has passed. */
interface Passed<Count extends number> {
  readonly passed: Count;
}

declare function pass<From extends number, To extends number>(
  from: From,
  to: To,
): (value: Passed<From>) => Promise<Passed<To>>;

test('a sequence infers the parameters of plain functions', () => {
  const workflow = sequence(
    (page: { title: string }) => page.title,
    async (title) => title.length,
    (length) => {
      expectTypeOf(length).toEqualTypeOf<number>();
      return length > 3;
    },
  );
  expectTypeOf(workflow).toEqualTypeOf<WorkflowPrimitive<{ title: string }, boolean>>();
});

test('a sequence of thirty steps keeps its exact type', () => {
  const workflow = sequence(
    pass(0, 1),
    pass(1, 2),
    pass(2, 3),
    pass(3, 4),
    pass(4, 5),
    pass(5, 6),
    pass(6, 7),
    pass(7, 8),
    pass(8, 9),
    pass(9, 10),
    pass(10, 11),
    pass(11, 12),
    pass(12, 13),
    pass(13, 14),
    pass(14, 15),
    pass(15, 16),
    pass(16, 17),
    pass(17, 18),
    pass(18, 19),
    pass(19, 20),
    pass(20, 21),
    pass(21, 22),
    pass(22, 23),
    pass(23, 24),
    pass(24, 25),
    pass(25, 26),
    pass(26, 27),
    pass(27, 28),
    pass(28, 29),
    step('last', pass(29, 30)),
  );
  expectTypeOf(workflow).toEqualTypeOf<WorkflowPrimitive<Passed<0>, Passed<30>>>();
});

test('a mismatch at step 16 of thirty does not compile', () => {
  sequence(
    // @ts-expect-error the step at position 16 wants what no step gives
    pass(0, 1),
    pass(1, 2),
    pass(2, 3),
    pass(3, 4),
    pass(4, 5),
    pass(5, 6),
    pass(6, 7),
    pass(7, 8),
    pass(8, 9),
    pass(9, 10),
    pass(10, 11),
    pass(11, 12),
    pass(12, 13),
    pass(13, 14),
    pass(14, 15),
    pass(99, 16),
    pass(16, 17),
    pass(17, 18),
    pass(18, 19),
    pass(19, 20),
    pass(20, 21),
    pass(21, 22),
    pass(22, 23),
    pass(23, 24),
    pass(24, 25),
    pass(25, 26),
    pass(26, 27),
    pass(27, 28),
    pass(28, 29),
    pass(29, 30),
  );
});

test('a mismatch in a short sequence does not compile', () => {
  const [length, shout] = [(text: string) => text.length, (text: string) => text.toUpperCase()] as const;
  // @ts-expect-error a number has no letters
  sequence(length, shout);
});

test('an empty sequence does not compile', () => {
  // @ts-expect-error there must be a step
  sequence();
});

test('a pipe of thirty steps keeps its exact type and infers every parameter', () => {
  const ten = step('start', (n: number) => ({ a: n }))
    .pipe((v) => ({ ...v, b: 'b' }))
    .pipe(async (v) => ({ ...v, c: true }))
    .pipe((v) => ({ ...v, d: [v.b] }))
    .pipe((v) => ({ ...v, e: v.d.length }))
    .pipe((v) => ({ ...v, f: v.e }))
    .pipe((v) => ({ ...v, g: v.f }))
    .pipe((v) => ({ ...v, h: v.g }))
    .pipe((v) => ({ ...v, i: v.h }))
    .pipe((v) => v.i + v.a);
  const thirty = ten
    .pipe((n) => `${n}`)
    .pipe((t) => t.length)
    .pipe((n) => `${n}`)
    .pipe((t) => t.length)
    .pipe((n) => `${n}`)
    .pipe((t) => t.length)
    .pipe((n) => `${n}`)
    .pipe((t) => t.length)
    .pipe((n) => `${n}`)
    .pipe((t) => t.length)
    .pipe((n) => `${n}`)
    .pipe((t) => t.length)
    .pipe((n) => `${n}`)
    .pipe((t) => t.length)
    .pipe((n) => `${n}`)
    .pipe((t) => t.length)
    .pipe((n) => `${n}`)
    .pipe((t) => t.length)
    .pipe(step('even', (n) => n % 2 === 0))
    .pipe((isEven) => ({ isEven }));
  expectTypeOf(thirty).toEqualTypeOf<WorkflowPrimitive<number, { isEven: boolean }>>();
});

test('a pipe into a step of another input does not compile', () => {
  // @ts-expect-error a number has no letters
  step('length', (text: string) => text.length).pipe((text: string) => text.toUpperCase());
});

test('tells the input and the output of any step', () => {
  const primitive = step('length', (text: string) => text.length);
  expectTypeOf<InputOf<typeof primitive>>().toEqualTypeOf<string>();
  expectTypeOf<OutputOf<typeof primitive>>().toEqualTypeOf<number>();
  expectTypeOf<OutputOf<(text: string) => Promise<Date>>>().toEqualTypeOf<Date>();
});
