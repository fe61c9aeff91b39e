import { ANTHROPIC } from './anthropic/anthropic.ts';
import { COHERE } from './cohere/cohere.ts';
import type { Dialect } from './dialect.ts';
import { OLLAMA } from './ollama/ollama.ts';

/** The dialects that the registry starts with, those asked most often first. */
export const BUILT_IN_DIALECTS: readonly Dialect[] = [ANTHROPIC, OLLAMA, COHERE];
