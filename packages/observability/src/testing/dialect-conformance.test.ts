import { expect, test } from 'vitest';
import { AnswerDraft, finish, say } from '../llm/dialects/answer-draft.ts';
import type { Dialect } from '../llm/dialects/dialect.ts';
import { field } from '../llm/fields.ts';
import { dialectConformance } from './dialect-conformance.ts';

const plain: Dialect = {
  name: 'plain',
  answer: {
    is: (value) => typeof field(value, 'plain') === 'string',
    read(value) {
      const draft = new AnswerDraft('plain');
      say(draft.choice(0), field(value, 'plain'));
      finish(draft.choice(0), 'done', { done: 'complete' });
      return draft.close();
    },
    chunks: (value) => [{ piece: field(value, 'plain') }, { end: 'done' }],
  },
  stream: {
    isChunk: (value) => typeof field(value, 'piece') === 'string',
    reader() {
      const draft = new AnswerDraft('plain');
      return {
        add(chunk) {
          say(draft.choice(0), field(chunk, 'piece'));
          finish(draft.choice(0), field(chunk, 'end'), { done: 'complete' });
        },
        reading: () => draft.close(),
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
    { ...plain, answer: { ...plain.answer, read: () => new AnswerDraft('plain').close() } },
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
