import { isDeepStrictEqual } from 'node:util';
import type { Dialect } from './dialect.ts';
import { exactly, objectOf, without } from './gathering.ts';

/** How a dialect cuts a whole answer into chunks, and makes a whole of chunks. Both end with `inexact` if they would have to guess. */
interface Cutting {
  take(whole: Record<string, unknown>, includeUsage: boolean): readonly object[];
  assemble(chunks: readonly unknown[]): object;
}

/** Both conversions of a dialect. A whole answer is cut only if its chunks make the same answer again. */
export function conversionsOf({ take, assemble }: Cutting): {
  chunks: NonNullable<Dialect['answer']['chunks']>;
  assemble: NonNullable<NonNullable<Dialect['stream']>['assemble']>;
} {
  return {
    assemble: (chunks) => exactly(() => assemble(chunks)),
    chunks: (whole, includeUsage) =>
      exactly(() => {
        const answer = without(objectOf(whole), ...OF_TRANSPORT);
        return saySame(assemble(take(answer, true)), answer) ? take(answer, includeUsage) : undefined;
      }),
  };
}

/** What the client of Bedrock adds about the transport. */
const OF_TRANSPORT = ['$metadata'];

/** Whether two answers say the same: a field that is null or an empty text says no more than a missing one. */
function saySame(left: object, right: object): boolean {
  return isDeepStrictEqual(said(without(left, ...DERIVED)), said(without(right, ...DERIVED)));
}

/** What a client adds to an answer. */
const DERIVED = ['output_text'];

function said(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(said);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null && field !== undefined && field !== '');
  return Object.fromEntries(fields.map(([name, field]) => [name, said(field)]));
}
