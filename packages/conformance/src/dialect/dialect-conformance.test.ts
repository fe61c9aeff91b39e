import type { AnswerReading, Dialect } from 'tta-observability-integration/llm';
import { expect, test } from 'vitest';
import { dialectConformance } from './dialect-conformance.ts';

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;

function readingOf(text: unknown, isDone: boolean): AnswerReading {
  return {
    dialect: 'plain',
    usage: undefined,
    model: undefined,
    id: undefined,
    finish: [isDone ? 'complete' : 'unfinished'],
    finishReasons: [isDone ? 'done' : undefined],
    texts: [typeof text === 'string' ? text : ''],
    hasToolCalls: false,
    hasRefusal: false,
    isEmpty: text === '',
    keepsServerState: false,
    failure: undefined,
  };
}

const plain: Dialect = {
  name: 'plain',
  answer: {
    is: (value) => typeof field(value, 'plain') === 'string',
    read: (value) => readingOf(field(value, 'plain'), true),
    chunks: (value) => [{ piece: field(value, 'plain') }, { end: 'done' }],
  },
  stream: {
    isChunk: (value) => typeof field(value, 'piece') === 'string',
    reader() {
      let text = '';
      let isDone = false;
      return {
        add(chunk) {
          text += field(chunk, 'piece') ?? '';
          isDone ||= field(chunk, 'end') === 'done';
        },
        reading: () => readingOf(text, isDone),
      };
    },
    assemble: (chunks) => ({ plain: chunks.map((chunk) => field(chunk, 'piece') ?? '').join('') }),
  },
};

const vectors = [
  {
    kind: 'answer',
    name: 'an answer',
    input: { plain: 'hello' },
    expected: { texts: ['hello'], finish: ['complete'], usage: null, failure: null },
  },
  {
    kind: 'stream',
    name: 'a stream',
    input: [{ piece: 'hel' }, { piece: 'lo' }, { end: 'done' }],
    expected: { texts: ['hello'], whole: { plain: 'hello' }, progress: [true, true, true] },
  },
] as const;

function failures(dialect: Dialect, others: readonly Dialect[] = []): string[] {
  return dialectConformance({ dialect, vectors, others })
    .filter(({ run }) => {
      try {
        run();
        return false;
      } catch {
        return true;
      }
    })
    .map(({ title }) => title);
}

test('a dialect that does what its vectors say passes', () => {
  expect(failures(plain)).toEqual([]);
});

test.each<[string, Dialect, readonly string[]]>([
  [
    'reads another text',
    { ...plain, answer: { ...plain.answer, read: () => readingOf('', false) } },
    ['reads an answer', 'says the same in each form of an answer', 'says the same in each form of a stream'],
  ],
  [
    'recognises nothing',
    { ...plain, answer: { ...plain.answer, is: () => false } },
    ['reads an answer', 'says the same in each form of a stream'],
  ],
  [
    'throws on damage',
    { ...plain, answer: { ...plain.answer, is: (value) => (value as { plain: string }).plain.length > 0 } },
    ['withstands damage to an answer', 'runs no getter of an answer'],
  ],
  [
    'loses its last chunk',
    { ...plain, answer: { ...plain.answer, chunks: (value) => [{ piece: field(value, 'plain') }] } },
    ['says the same in each form of an answer'],
  ],
  [
    'guesses a whole',
    { ...plain, stream: { ...plain.stream, assemble: () => ({ plain: 'hell' }) } as Dialect['stream'] },
    ['says the same in each form of an answer', 'reads a stream', 'says the same in each form of a stream'],
  ],
])('a dialect that %s fails', (_, dialect, expected) => {
  expect(failures(dialect)).toEqual(expected);
});

test('a value that two dialects claim fails', () => {
  expect(failures(plain, [{ ...plain, name: 'other' }])).toEqual(['alone claims an answer', 'alone claims a stream']);
});
