/**
 * Something the person at the keyboard can put right: a wrong option, a file that cannot be read, a missing key.
 *
 * Its message is one sentence for that person; the command prints it on stderr and exits with code 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A list of words as a reader says it: `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? 'none';
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${last}` : last;
}
