const IGNORED = /[\s$,"'\\“”‘’`]/gu;

/**
 * Brings an answer into the form in which two are compared: in lower case, without white space, `$`, commas, quotation marks,
 * backslashes, and a trailing `.0` with any number of zeros. Undefined when nothing is left: a missing answer.
 */
export function normalAnswer(answer: unknown): string | undefined {
  if (typeof answer !== 'string' && typeof answer !== 'number') return undefined;
  const text = String(answer).toLowerCase().replaceAll(IGNORED, '').replace(/\.0+$/, '');
  return text === '' ? undefined : text;
}

/** Whether two answers are the same after {@link normalAnswer}; a missing answer agrees with nothing, itself included. */
export function answersAgree(one: unknown, other: unknown): boolean {
  const normal = normalAnswer(one);
  return normal !== undefined && normal === normalAnswer(other);
}
