import type { SpanExtra } from './span-extra.ts';

const CACHE_WRITE = 'gen_ai.usage.cache_write.input_tokens';

/** Names of older conventions that dashboards filter on. A backend that knew both names of written tokens would count them twice. */
export const legacyExtra: SpanExtra = (attributes) => {
  const provider = attributes['gen_ai.provider.name'];
  if (provider !== undefined) attributes['gen_ai.system'] = provider;
  const written = attributes[CACHE_WRITE];
  if (written === undefined) return;
  attributes['gen_ai.usage.cache_creation.input_tokens'] = written;
  delete attributes[CACHE_WRITE];
};
