import { CARRIAGE } from '../carriage.ts';
import type { FieldRules } from '../dialect.ts';

/** What OpenAI's API takes beside what decides an answer. */
export const OPENAI_WITHOUT_EFFECT: FieldRules = {
  ...CARRIAGE,
  stream: true,
  stream_options: true,
  metadata: true,
  store: true,
  service_tier: true,
  prompt_cache_key: true,
  user: true,
  safety_identifier: true,
};
