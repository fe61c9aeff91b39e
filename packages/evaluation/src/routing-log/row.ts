import { createHmac } from 'node:crypto';
import { type HashedPrompt, hashPrompt } from 'tta-observability-integration/learning';
import { isVersionOf, type Usage } from 'tta-observability-integration/llm';

/** What one model answered, as far as a log may say it. */
export interface LoggedAnswer {
  /** The model that answered; without one there is nothing to learn. */
  readonly model: string | undefined;
  /** From 0 to 1. */
  readonly quality?: number | undefined;
  readonly usage?: Usage | undefined;
  /** In US dollars; null if unknown. */
  readonly costUsd?: number | null | undefined;
  readonly latencyMs?: number | undefined;
  /** Written only where the log may hold answers. */
  readonly text?: string | undefined;
  /** What was extracted of it, to be compared: a number, a label. Written as `p`, only where the log may hold answers. */
  readonly answer?: string | number | undefined;
}

/** What a log says of prompts, and how. */
export interface RowSettings {
  readonly secret: string;
  readonly hashBits: number;
  readonly models: readonly string[];
  readonly includePrompt: boolean;
  readonly includeAnswer: boolean;
}

/** A row of the log, in the format that `tta router` reads. */
export interface LoggedRow {
  /** The same for the same prompt, under one secret. */
  readonly id: string;
  readonly prompt?: string;
  readonly features?: HashedPrompt;
  readonly in_tok?: number;
  readonly m: Readonly<Record<string, LoggedModel>>;
}

interface LoggedModel {
  readonly q?: number;
  readonly out_tok?: number;
  readonly cost_usd?: number;
  readonly latency_ms?: number;
  readonly p?: string;
  readonly text?: string;
}

/** @returns undefined where the prompt or all models are not known, because nothing can be learned then */
export function rowOf(prompt: string, answers: readonly LoggedAnswer[], settings: RowSettings): LoggedRow | undefined {
  const known = answers.flatMap((answer) =>
    answer.model === undefined || answer.model === '' ? [] : [[nameOf(answer.model, settings.models), answer] as const],
  );
  if (prompt === '' || known.length === 0) return undefined;
  const inputTokens = known.map(([, { usage }]) => usage?.inputTokens).find((tokens) => tokens !== undefined);
  return {
    id: createHmac('sha256', settings.secret).update(prompt).digest('hex').slice(0, 32),
    ...(settings.includePrompt ? { prompt } : { features: hashPrompt(prompt, settings.hashBits) }),
    ...(inputTokens === undefined ? {} : { in_tok: inputTokens }),
    m: Object.fromEntries(known.map(([name, answer]) => [name, modelOf(answer, settings)])),
  };
}

/** What an answer is worth, if that can be. */
export function qualityIn(given: unknown): number | undefined {
  return typeof given === 'number' && given >= 0 && given <= 1 ? given : undefined;
}

function modelOf(
  { quality, usage, costUsd, latencyMs, text, answer }: LoggedAnswer,
  { includeAnswer }: RowSettings,
): LoggedModel {
  const q = qualityIn(quality);
  return {
    ...(q === undefined ? {} : { q }),
    ...(usage === undefined ? {} : { out_tok: usage.outputTokens }),
    ...(isAmount(costUsd) ? { cost_usd: costUsd } : {}),
    ...(isAmount(latencyMs) ? { latency_ms: Math.round(latencyMs * 1_000) / 1_000 } : {}),
    ...(includeAnswer && answer !== undefined ? { p: String(answer) } : {}),
    ...(includeAnswer && text !== undefined ? { text } : {}),
  };
}

function nameOf(model: string, models: readonly string[]): string {
  if (models.includes(model)) return model;
  return models.find((name) => isVersionOf(model, name)) ?? model;
}

function isAmount(value: number | null | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
