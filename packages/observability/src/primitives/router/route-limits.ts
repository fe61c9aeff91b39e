import {
  checkBoolean,
  checkNoUnknown,
  checkNumber,
  checkOneOf,
  type OptionNames,
  refusal,
} from 'tta-dev-primitives/internal';
import type { Modality } from '../../llm/prompt/modality.ts';

/** What a route can do; a request that wants more is never sent there by `byRules`. */
export interface RouteLimits {
  /** Input and output tokens together that its model takes at most. @defaultValue any number */
  readonly contextTokens?: number | undefined;
  /** Whether it can use tools. @defaultValue true */
  readonly tools?: boolean | undefined;
  /** What it understands. @defaultValue everything */
  readonly modalities?: readonly Modality[] | undefined;
  /** Tags that the context must have for it: `{ region: 'eu' }`. @defaultValue none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

const NAMES: OptionNames<RouteLimits> = { contextTokens: true, tools: true, modalities: true, tags: true };

const MODALITIES: readonly Modality[] = ['text', 'image', 'audio', 'video', 'file'];

/** @throws TypeError or RangeError that names the limit */
export function checkLimits(owner: string, option: string, limits: RouteLimits): void {
  checkNoUnknown(owner, limits, NAMES, option);
  const { contextTokens, tools, modalities, tags } = limits;
  if (contextTokens !== undefined) checkNumber(owner, `${option}.contextTokens`, contextTokens, { atLeast: 1 });
  if (tools !== undefined) checkBoolean(owner, `${option}.tools`, tools);
  if (modalities !== undefined) checkModalities(owner, `${option}.modalities`, modalities);
  if (tags !== undefined) checkTags(owner, `${option}.tags`, tags);
}

/** @throws TypeError or RangeError that names the option and the modalities there are */
export function checkModalities(owner: string, option: string, modalities: unknown): void {
  if (!Array.isArray(modalities)) throw new TypeError(refusal(owner, option, modalities, 'a list of modalities'));
  for (const [index, each] of modalities.entries()) checkOneOf(owner, `${option}[${index}]`, each, MODALITIES);
}

/** @throws TypeError that names the tag */
export function checkTags(owner: string, option: string, tags: unknown): void {
  if (typeof tags !== 'object' || tags === null)
    throw new TypeError(refusal(owner, option, tags, 'an object of texts'));
  for (const [name, value] of Object.entries(tags)) {
    if (typeof value !== 'string') throw new TypeError(refusal(owner, `${option}.${name}`, value, 'a text'));
  }
}
