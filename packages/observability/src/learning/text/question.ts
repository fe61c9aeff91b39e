/** A question without case, white space and punctuation: what copies of it have in common. */
export function normalQuestion(question: string): string {
  const words = question
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return words === '' ? question : words; // of signs alone, the signs are the question
}
