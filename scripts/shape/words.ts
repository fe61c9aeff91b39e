import { type SourceFile, withoutComments } from './source-text.ts';

const MAX_PAGE_LINES = 250;
const MAX_CELL_LENGTH = 120;
const MAX_SENTENCE_WORDS = 30;

/** Each is the sign of a sentence that reads as if translated. */
const PHRASES =
  /\b(?:nobody|whoever|somebody|for\s+ever|so\s+that|(?<!\bthere\s)(?:is|are)\s+none|of\s+which|thereof|dear(?:er|est)?|whether\s+or\s+not)\b/gi;

/** What the pages say in a way that readers in a hurry stumble over: phrases, sentences, cells and pages that are too long. */
export function wordFindings(pages: readonly SourceFile[]): string[] {
  return pages.flatMap(({ path, text }) => {
    const lines = proseLines(text);
    return [
      ...longPage(path, text),
      ...[
        ...phrases(lines.map(({ prose }) => prose).join('\n')),
        ...lines.flatMap(({ line, prose }) => longCells(prose).map((finding) => ({ line, finding }))),
        ...longSentences(lines),
      ].map(({ line, finding }) => `${path}:${line}: ${finding}`),
    ];
  });
}

/** Files whose texts imitate others, each with its reason. */
const OTHERS_WORDS = new Map([
  ['packages/cli/src/workload/prompts.ts', 'prompts as customers write them'],
  ['packages/evaluation/src/semantic-shadow/content-gate.ts', 'the words that negate a question'],
]);

const TESTS = /\.test(?:-d)?\.tsx?$|__fixtures__/;

const STRING = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** The same phrases in what errors, commands and reports say; names in code, comments and tests are not looked at. */
export function stringFindings(sources: readonly SourceFile[]): string[] {
  return sources
    .filter(({ path }) => !OTHERS_WORDS.has(path) && !TESTS.test(path))
    .flatMap(({ path, text }) => {
      const code = withoutComments(text);
      return Array.from(code.matchAll(STRING)).flatMap(({ 0: string, index }) => {
        const before = code.slice(0, index).split('\n').length - 1;
        return phrases(string.replaceAll(/^`|`$|\$\{[^}]*\}/g, '')).map(
          ({ line, finding }) => `${path}:${before + line}: ${finding}`,
        );
      });
    });
}

/** The same phrases in comments. */
export function commentFindings(sources: readonly SourceFile[]): string[] {
  return sources
    .filter(({ path }) => !TESTS.test(path))
    .flatMap(({ path, text }) => {
      const code = withoutComments(text);
      // A comment is where the code has spaces instead; the stars of its lines are not words.
      const comments = Array.from({ length: text.length }, (_, at) =>
        text[at] === '\n' || code[at] !== text[at] ? text[at] : ' ',
      ).join('');
      return phrases(comments.replaceAll(/(?<=\n\s*)\*(?= )/g, ' ')).map(
        ({ line, finding }) => `${path}:${line}: ${finding}`,
      );
    });
}

interface Finding {
  readonly line: number;
  readonly finding: string;
}

interface ProseLine {
  readonly line: number;
  readonly prose: string;
}

/** The lines of a page without code: blocks are left out, and each piece of code within a line counts as one word. */
function proseLines(markdown: string): readonly ProseLine[] {
  let isCode = false;
  return markdown.split('\n').flatMap((text, index) => {
    const isFence = /^\s*```/.test(text);
    if (isFence) isCode = !isCode;
    return [{ line: index + 1, prose: isFence || isCode ? '' : text }];
  });
}

function longPage(path: string, text: string): string[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  return lines > MAX_PAGE_LINES
    ? [`${path}: ${lines} lines, and at most ${MAX_PAGE_LINES} are allowed; make it two pages`]
    : [];
}

/** The phrases in a text, also over two lines, and not in pieces of code. */
function phrases(prose: string): readonly Finding[] {
  const words = prose.replaceAll(/`[^`\n]*`/g, '');
  return Array.from(words.matchAll(PHRASES), ({ 0: phrase, index }) => ({
    line: words.slice(0, index).split('\n').length,
    finding: `write the sentence again without "${phrase.replaceAll(/\s+/g, ' ')}"`,
  }));
}

/** A name in code cannot be shorter, and the line under the heads of a table is not a cell. */
function longCells(prose: string): string[] {
  if (!prose.startsWith('|')) return [];
  return prose
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
    .filter((cell) => cell.length > MAX_CELL_LENGTH && !/^(?:`[^`]*`|:?-+:?)$/.test(cell))
    .map(
      ({ length }) => `a cell of ${length} characters, and at most ${MAX_CELL_LENGTH} are allowed; use prose or a list`,
    );
}

/** Sentences can run over several lines; an empty line, a heading, a table and each point of a list begin a new one. */
function longSentences(lines: readonly ProseLine[]): readonly Finding[] {
  const paragraphs: { line: number; text: string }[] = [];
  let isOpen = false;
  for (const { line, prose } of lines) {
    const isText = prose.trim() !== '' && !/^[|#<>]/.test(prose);
    const last = paragraphs.at(-1);
    if (isText && isOpen && last !== undefined && !/^\s*(?:[-*]|\d+\.) /.test(prose)) last.text += ` ${prose.trim()}`;
    else if (isText) paragraphs.push({ line, text: prose.trim() });
    isOpen = isText;
  }
  return paragraphs.flatMap(({ line, text }) =>
    sentencesOf(text)
      .map((sentence) => ({ sentence, words: sentence.match(/\S*[\p{Letter}\p{Number}]\S*/gu)?.length ?? 0 }))
      .filter(({ words }) => words > MAX_SENTENCE_WORDS)
      .map(({ sentence, words }) => ({
        line,
        finding: `a sentence of ${words} words, and at most ${MAX_SENTENCE_WORDS} are allowed: "${sentence.slice(0, 50)}…"`,
      })),
  );
}

/** Code and the targets of links are no words of a sentence, and the points in them do not end it. */
function sentencesOf(paragraph: string): readonly string[] {
  return paragraph
    .replaceAll(/`[^`]*`/g, 'code')
    .replaceAll(/\]\([^)]*\)/g, ']')
    .split(/(?<=[.!?:;])\**\s+/);
}
