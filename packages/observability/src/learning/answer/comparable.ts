import { jsonForm } from './json-form.ts';
import { labelForm } from './label-form.ts';
import { quantityForms } from './quantity-form.ts';
import { timeForm } from './time-form.ts';

/** A text in a code fence, with the language that the fence names. */
const FENCED = /^```([\w+#.-]*)[ \t]*\n?([\s\S]*?)```$/u;
/** What mathematics is set in; the answer is inside. */
const WRAPPINGS = [/^\$\$?([^$]+)\$\$?$/u, /^\\\(([\s\S]+)\\\)$/u, /^\\boxed\{([^{}]*)\}$/u];
const QUOTED = /^(["'`“”‘’*]+)([^"'`“”‘’*]+)(["'`“”‘’*]+)$/u;

/**
 * The forms in which an answer can be compared: two answers agree if they share one. An answer has no form if nothing about its text
 * says what it means: code, formulas, ambiguous dates, broken JSON.
 */
export function comparableForms(answer: unknown): readonly string[] {
  if (typeof answer === 'number') return Number.isFinite(answer) ? quantityForms(String(answer)) : [];
  return typeof answer === 'string' ? formsOf(answer.normalize('NFC').trim()) : [];
}

function formsOf(text: string): readonly string[] {
  const fenced = FENCED.exec(text);
  if (fenced !== null) return formsInFence(fenced[1] ?? '', (fenced[2] ?? '').trim());
  if (/^[[{]/u.test(text)) return listed(jsonForm(text));
  const bare = unwrapped(text);
  if (bare !== text && /^[[{]/u.test(bare)) return []; // JSON inside a JSON string: which one is meant is not stated
  const time = timeForm(bare);
  if (time === 'ambiguous') return [];
  if (time !== undefined) return [time];
  const quantities = quantityForms(bare);
  return quantities.length > 0 ? quantities : listed(labelForm(bare));
}

function formsInFence(language: string, text: string): readonly string[] {
  if (language.toLowerCase() === 'json') return listed(jsonForm(text));
  return language === '' || language === 'text' ? formsOf(text) : [];
}

/** Without quotation marks, emphasis and what mathematics is set in. */
function unwrapped(text: string): string {
  const inside = QUOTED.exec(text)?.[2] ?? text;
  const set = WRAPPINGS.map((wrapping) => wrapping.exec(inside)?.[1]).find((one) => one !== undefined);
  return (set ?? inside).trim();
}

function listed(form: string | undefined): readonly string[] {
  return form === undefined ? [] : [form];
}
