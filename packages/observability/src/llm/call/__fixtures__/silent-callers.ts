import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { GoogleGenAI } from '@google/genai';
import { ChatAnthropic } from '@langchain/anthropic';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, type LanguageModel, streamText } from 'ai';
import { CohereClientV2 } from 'cohere-ai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';

/** Asks as a user of the SDK does, without retries of its own. */
export interface SilentCaller {
  readonly request: object;
  readonly whole?: (url: string, signal: AbortSignal) => PromiseLike<unknown>;
  readonly stream: (url: string, signal: AbortSignal) => PromiseLike<unknown>;
}

const HI = { role: 'user', content: 'hi' } as const;
const CHAT = { model: 'gpt-4o-mini', messages: [HI] };
const MESSAGES = { model: 'claude-sonnet-5', max_tokens: 9, messages: [HI] };
const WHOLE = { 'x-whole': '1' };

const openai = (baseURL: string): OpenAI => new OpenAI({ apiKey: 'k', baseURL, maxRetries: 0 });
const anthropic = (baseURL: string): Anthropic => new Anthropic({ apiKey: 'k', baseURL, maxRetries: 0 });
const google = (baseUrl: string): GoogleGenAI => new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl } });
const bedrock = (endpoint: string): BedrockRuntimeClient =>
  new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    maxAttempts: 1,
  });
const cohere = (environment: string): CohereClientV2 => new CohereClientV2({ token: 'k', environment });
const CONVERSE = { modelId: 'm', messages: [{ role: 'user' as const, content: [{ text: 'hi' }] }] };
const GEMINI = { model: 'gemini-2.5-flash', contents: 'hi' };

function aiSdk(modelAt: (url: string) => LanguageModel): SilentCaller {
  const asked = (url: string, abortSignal: AbortSignal) => {
    return { model: modelAt(url), prompt: 'hi', maxRetries: 0, abortSignal };
  };
  return {
    request: { prompt: 'hi' },
    whole: (url, signal) => generateText(asked(url, signal)),
    stream: async (url, signal) => streamText({ ...asked(url, signal), onError: () => undefined }).fullStream,
  };
}

export const CALLERS: Readonly<Record<string, SilentCaller>> = {
  openai: {
    request: CHAT,
    whole: (url, signal) => openai(url).chat.completions.create(CHAT, { signal, headers: WHOLE }),
    stream: (url, signal) =>
      openai(url).chat.completions.create(
        { ...CHAT, stream: true, stream_options: { include_usage: true } },
        { signal },
      ),
  },
  'openai-responses': {
    request: { model: 'gpt-4o-mini', input: 'hi' },
    whole: (url, signal) => openai(url).responses.create({ model: 'gpt-4o-mini', input: 'hi' }, { signal }),
    stream: (url, signal) =>
      openai(url).responses.create({ model: 'gpt-4o-mini', input: 'hi', stream: true }, { signal }),
  },
  anthropic: {
    request: MESSAGES,
    whole: (url, signal) => anthropic(url).messages.create(MESSAGES, { signal, headers: WHOLE }),
    stream: (url, signal) => anthropic(url).messages.create({ ...MESSAGES, stream: true }, { signal }),
  },
  google: {
    request: GEMINI,
    whole: (url, abortSignal) => google(url).models.generateContent({ ...GEMINI, config: { abortSignal } }),
    stream: (url, abortSignal) => google(url).models.generateContentStream({ ...GEMINI, config: { abortSignal } }),
  },
  'ai-openai': aiSdk((baseURL) => createOpenAI({ apiKey: 'k', baseURL }).chat('gpt-4o-mini')),
  'ai-anthropic': aiSdk((baseURL) => createAnthropic({ apiKey: 'k', baseURL })('claude-sonnet-5')),
  'ai-google': aiSdk((baseURL) => createGoogle({ apiKey: 'k', baseURL })('gemini-2.5-flash')),
  'langchain-openai': {
    request: { messages: [HI] },
    stream: (baseURL, signal) =>
      new ChatOpenAI({ apiKey: 'k', model: 'gpt-4o-mini', maxRetries: 0, configuration: { baseURL } }).stream('hi', {
        signal,
      }),
  },
  'langchain-anthropic': {
    request: { messages: [HI] },
    whole: (anthropicApiUrl, signal) =>
      new ChatAnthropic({ apiKey: 'k', model: 'claude-sonnet-5', maxRetries: 0, anthropicApiUrl }).invoke('hi', {
        signal,
      }),
    stream: (anthropicApiUrl, signal) =>
      new ChatAnthropic({ apiKey: 'k', model: 'claude-sonnet-5', maxRetries: 0, anthropicApiUrl }).stream('hi', {
        signal,
      }),
  },
  bedrock: {
    request: CONVERSE,
    whole: (url, abortSignal) => bedrock(url).send(new ConverseCommand(CONVERSE), { abortSignal }),
    stream: async (url, abortSignal) =>
      (await bedrock(url).send(new ConverseStreamCommand(CONVERSE), { abortSignal })).stream,
  },
  cohere: {
    request: { model: 'm', messages: [HI] },
    whole: (url, abortSignal) => cohere(url).chat({ model: 'm', messages: [HI] }, { maxRetries: 0, abortSignal }),
    stream: (url, abortSignal) =>
      cohere(url).chatStream({ model: 'm', messages: [HI] }, { maxRetries: 0, abortSignal }),
  },
  ollama: {
    request: { model: 'm', messages: [HI] },
    stream: (host) => new Ollama({ host }).chat({ model: 'm', messages: [HI], stream: true }),
  },
  fetch: {
    request: { ...CHAT, stream: true },
    stream: (url, signal) => fetch(url, { method: 'POST', signal }),
  },
};
