/**
 * Packs the questions that were learned from or calibrated on, so a later measurement can leave them out: base64 of their
 * hashes ({@link questionOf}) as unsigned 32-bit numbers, little-endian, rising, each once. A guess at a question can be confirmed
 * by it; the question cannot be read out of it.
 */
export function packQuestions(questions: readonly number[]): string {
  const distinct = Uint32Array.from(new Set(questions.map((question) => question >>> 0))).sort();
  const bytes = Buffer.alloc(4 * distinct.length);
  for (const [index, question] of distinct.entries()) bytes.writeUInt32LE(question, 4 * index);
  return bytes.toString('base64');
}

/** Reads what {@link packQuestions} wrote. @returns whether a question was among them, collisions of hashes apart */
export function unpackQuestions(packed: string): (question: number) => boolean {
  const bytes = Buffer.from(packed, 'base64');
  const questions = new Set<number>();
  for (let at = 0; at + 4 <= bytes.length; at += 4) questions.add(bytes.readUInt32LE(at));
  return (question) => questions.has(question >>> 0);
}

export function isPackedQuestions(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) return false;
  return Buffer.byteLength(value, 'base64') % 4 === 0;
}
