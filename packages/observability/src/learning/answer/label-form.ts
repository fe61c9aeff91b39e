/** What words consist of, with the punctuation of labels and sentences; other signs are those of code and formulas. */
const WORDS = /^(?:[\p{L}\p{M}\p{N}\s.,:!?'"%&/@°–—_-]|(?<=[\p{L}\p{N}])[+#]+(?=$|[\s.,])|(?<=\s)\([^()]*\))+$/u;
/** How statements begin that have no sign of code in them. */
const STATEMENT =
  /(?:^|\n)\s*(?:(?:return|import|def|const|let|var|print|echo|await|yield|raise|throw|export|sudo|npm|git|pip) \S|select\s[\s\S]*\sfrom\s|(?:insert into|delete from|create table|drop table|alter table)\s|update\s\S+\sset\s)/u;

/**
 * The normal form of a label or a sentence: in lower case, with one space for any white space and plain apostrophes, without
 * quotation marks around it and a full stop at its end. Undefined for a text that may be code or a formula, or has no letter or digit.
 */
export function labelForm(text: string): string | undefined {
  const plain = text.replaceAll(/[‘’]/gu, "'").replaceAll(/[“”]/gu, '"').trim();
  const bare = plain.replace(/^["'`*]+/u, '').replace(/["'`*]*\.?["'`*]*$/u, '');
  if (!WORDS.test(bare) || !/[\p{L}\p{N}]/u.test(bare) || STATEMENT.test(lowerKeywords(bare))) return undefined;
  return `label:${bare.toLowerCase().replaceAll(/\s+/gu, ' ').trim()}`;
}

/** SQL is written in capitals as well; `Return` at the start of a label is a word. */
function lowerKeywords(text: string): string {
  return text.replaceAll(
    /\b(?:SELECT|FROM|INSERT INTO|DELETE FROM|CREATE TABLE|DROP TABLE|ALTER TABLE|UPDATE|SET)\b/gu,
    (word) => word.toLowerCase(),
  );
}
