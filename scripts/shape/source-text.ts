/** A source file and its text. */
export interface SourceFile {
  /** From the root, with `/` between folders. */
  readonly path: string;
  readonly text: string;
}

/** A `/` after one of these begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /(?:^|[=(,:;!&|?{}[\n+\-*%<>~^]|\b(?:return|typeof|case|in|of|void))\s*$/;

const TOKEN = /\/\/[^\n]*|\/\*.*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[`/{}]/gs;

const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

const TEMPLATE_PART = /(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{|$)/sy;

/** The text of TypeScript with a space for each character of a comment, so that places in it stay what they are. */
export function withoutComments(text: string): string {
  let code = '';
  let at = 0;
  /** How many braces are open inside each `${` that is open. */
  const open: number[] = [];
  const keepTo = (end: number): void => {
    code += text.slice(at, end);
    at = end;
  };
  const keepMatch = (pattern: RegExp, from: number): string => {
    pattern.lastIndex = from;
    const found = pattern.exec(text)?.[0] ?? '';
    keepTo(from + Math.max(1, found.length));
    return found;
  };
  const keepTemplate = (from: number): void => {
    if (keepMatch(TEMPLATE_PART, from).endsWith('${')) open.push(0);
  };
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) break;
    const [found] = token;
    keepTo(token.index);
    const depth = open.at(-1);
    if (found.startsWith('//') || found.startsWith('/*')) {
      code += found.replace(/[^\n]/g, ' ');
      at += found.length;
    } else if (found === '`') {
      keepTo(at + 1);
      keepTemplate(at);
    } else if (found === '/') {
      if (BEFORE_REGEX.test(code.slice(-40))) keepMatch(REGEX, at);
      else keepTo(at + 1);
    } else if (found === '{' || found === '}') {
      keepTo(at + 1);
      if (depth === undefined) continue;
      if (found === '}' && depth === 0) {
        open.pop();
        keepTemplate(at);
      } else open[open.length - 1] = depth + (found === '{' ? 1 : -1);
    } else keepTo(at + found.length);
  }
  return code + text.slice(at);
}

/** The number of the line that a character is in, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Whether a file is part of what users get: not a test, and nothing that only tests have. */
export function isSource(path: string): boolean {
  return !/\.test(-d)?\.ts$|__fixtures__\//.test(path);
}
