import { AI_SDK } from './ai-sdk/ai-sdk.ts';
import { ANTHROPIC } from './anthropic/anthropic.ts';
import { BEDROCK_CONVERSE } from './bedrock-converse/bedrock-converse.ts';
import { BEDROCK_INVOKE } from './bedrock-invoke/bedrock-invoke.ts';
import { CLOUDFLARE } from './cloudflare/cloudflare.ts';
import { COHERE } from './cohere/cohere.ts';
import { DASHSCOPE } from './dashscope/dashscope.ts';
import type { Dialect } from './dialect.ts';
import { GEMINI } from './gemini/gemini.ts';
import { GEMINI_INTERACTIONS } from './gemini-interactions/gemini-interactions.ts';
import { HUGGING_FACE } from './hugging-face/hugging-face.ts';
import { LANGCHAIN } from './langchain/langchain.ts';
import { MISTRAL_CONVERSATIONS } from './mistral-conversations/mistral-conversations.ts';
import { OLLAMA } from './ollama/ollama.ts';
import { OPENAI_AUDIO } from './openai-audio/openai-audio.ts';
import { OPENAI_BATCH } from './openai-batch/openai-batch.ts';
import { OPENAI_CHAT } from './openai-chat/openai-chat.ts';
import { OPENAI_IMAGES } from './openai-images/openai-images.ts';
import { OPENAI_RESPONSES } from './openai-responses/openai-responses.ts';
import { OPENAI_USAGE } from './openai-usage/openai-usage.ts';
import { WATSONX } from './watsonx/watsonx.ts';

/** The dialects that the registry starts with, those asked most often first. */
export const BUILT_IN_DIALECTS: readonly Dialect[] = [
  OPENAI_CHAT,
  OPENAI_RESPONSES,
  ANTHROPIC,
  GEMINI,
  AI_SDK,
  LANGCHAIN,
  OPENAI_USAGE,
  OPENAI_IMAGES,
  OPENAI_AUDIO,
  OLLAMA,
  COHERE,
  GEMINI_INTERACTIONS,
  BEDROCK_CONVERSE,
  BEDROCK_INVOKE,
  MISTRAL_CONVERSATIONS,
  WATSONX,
  HUGGING_FACE,
  CLOUDFLARE,
  OPENAI_BATCH,
  DASHSCOPE,
];
