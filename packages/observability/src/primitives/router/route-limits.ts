import {
  checkBoolean,
  checkOneOf,
  numberOption,
  type OptionRule,
  type OptionRules,
  option,
  readOptions,
  refusal,
} from 'tta-dev-primitives/internal';
import type { Modality } from '../../llm/prompt/modality.ts';

/** What a route can do. `byRules` never sends it a request that needs more. */
export interface RouteLimits {
  /** The most input and output tokens, together, that its model accepts. @defaultValue any number */
  readonly contextTokens?: number | undefined;
  /** Whether it can use tools. @defaultValue true */
  readonly tools?: boolean | undefined;
  /** What it understands. @defaultValue everything */
  readonly modalities?: readonly Modality[] | undefined;
  /** Tags that the context must have for it: `{ region: 'eu' }`. @defaultValue none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

const MODALITIES: readonly Modality[] = ['text', 'image', 'audio', 'video', 'file'];

/** Kinds of content, as listed by a limit or a rule. */
export const modalitiesOption: OptionRule<undefined> = option(checkModalities);

/** Tags of a context, by name. */
export const tagsOption: OptionRule<undefined> = option(checkTags);

const RULES = {
  contextTokens: numberOption({ atLeast: 1 }),
  tools: option(checkBoolean),
  modalities: modalitiesOption,
  tags: tagsOption,
} satisfies OptionRules<RouteLimits>;

/** An option that holds the limits of a route. */
export const limitsOption: OptionRule<undefined> = option((owner, name, value) =>
  readOptions(owner, value as RouteLimits, RULES, name),
);

/** @throws TypeError or RangeError that names the option and the modalities there are */
function checkModalities(owner: string, option: string, modalities: unknown): void {
  if (!Array.isArray(modalities)) throw new TypeError(refusal(owner, option, modalities, 'a list of modalities'));
  for (const [index, each] of modalities.entries()) checkOneOf(owner, `${option}[${index}]`, each, MODALITIES);
}

/** @throws TypeError that names the tag */
function checkTags(owner: string, option: string, tags: unknown): void {
  if (typeof tags !== 'object' || tags === null)
    throw new TypeError(refusal(owner, option, tags, 'an object of texts'));
  for (const [name, value] of Object.entries(tags)) {
    if (typeof value !== 'string') throw new TypeError(refusal(owner, `${option}.${name}`, value, 'a text'));
  }
}
