const MARK = '\nAnswer: ';

/**
 * Ends a text with the answer that was extracted from the recorded one, after `Answer: ` on a line of its own. A recording holds that
 * answer and not the words around it, so a comparison of replayed answers reads it back with {@link answerLineOf}.
 */
export function withAnswerLine(text: string, answer: string): string {
  return `${text}${MARK}${answer}`;
}

/** What stands after `Answer: `, to the end of the text; undefined where there is no such line. */
export function answerLineOf(text: string): string | undefined {
  const at = text.indexOf(MARK);
  return at === -1 ? undefined : text.slice(at + MARK.length);
}
