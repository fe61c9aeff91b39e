import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { GoogleGenAI } from '@google/genai';
import { ChatOpenAI } from '@langchain/openai';
import { generateText } from 'ai';
import axios from 'axios';
import { CohereClientV2 } from 'cohere-ai';
import got from 'got';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { request } from 'undici';

/** Asks a server at that address once, without retries of its own. */
export type Ask = (url: string, signal?: AbortSignal) => Promise<unknown>;

const HI = { role: 'user', content: 'hi' } as const;

/** The installed clients of models. */
export const CLIENTS: Readonly<Record<string, Ask>> = {
  openai: (url, signal) =>
    new OpenAI({ apiKey: 'k', baseURL: url, maxRetries: 0 }).chat.completions.create(
      { model: 'm', messages: [HI] },
      { signal: signal ?? null },
    ),
  anthropic: (url, signal) =>
    new Anthropic({ apiKey: 'k', baseURL: url, maxRetries: 0 }).messages.create(
      { model: 'm', max_tokens: 9, messages: [HI] },
      { signal: signal ?? null },
    ),
  google: (url, signal) =>
    new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: url } }).models.generateContent({
      model: 'm',
      contents: 'hi',
      config: { ...(signal && { abortSignal: signal }) },
    }),
  'the AI SDK': (url, signal) =>
    generateText({
      model: createOpenAI({ apiKey: 'k', baseURL: url }).chat('m'),
      prompt: 'hi',
      maxRetries: 0,
      ...(signal && { abortSignal: signal }),
    }),
  langchain: (url, signal) =>
    new ChatOpenAI({ apiKey: 'k', model: 'm', maxRetries: 0, configuration: { baseURL: url } }).invoke('hi', {
      ...(signal && { signal }),
    }),
  bedrock: (url, signal) =>
    new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: url,
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      maxAttempts: 1,
    }).send(new ConverseCommand({ modelId: 'm', messages: [{ role: 'user', content: [{ text: 'hi' }] }] }), {
      ...(signal && { abortSignal: signal }),
    }),
  cohere: (url, signal) =>
    new CohereClientV2({ token: 'k', environment: url }).chat(
      { model: 'm', messages: [HI] },
      { maxRetries: 0, ...(signal && { abortSignal: signal }) },
    ),
  ollama: (url) => new Ollama({ host: url }).chat({ model: 'm', messages: [HI] }),
  axios: (url, signal) => axios.post(url, {}, { ...(signal && { signal }) }),
  got: (url, signal) => got.post(url, { json: {}, retry: { limit: 0 }, ...(signal && { signal }) }).json(),
  'undici, which leaves statuses to its callers': async (url, signal) => {
    const { statusCode, headers, body } = await request(url, { method: 'POST', ...(signal && { signal }) });
    await body.text();
    if (statusCode >= 400) throw Object.assign(new Error(`status ${statusCode}`), { statusCode, headers });
    return undefined;
  },
  'fetch, which leaves statuses to its callers': async (url, signal) => {
    const response = await fetch(url, { method: 'POST', ...(signal && { signal }) });
    if (!response.ok) throw Object.assign(new Error(`status ${response.status}`), { response });
    return response.json();
  },
};

/** The AI SDK, which retries by itself and then throws an error around those of its attempts. */
export const askTwice: Ask = (url) =>
  generateText({
    model: createOpenAI({ apiKey: 'k', baseURL: url, fetch: hurried }).chat('m'),
    prompt: 'hi',
    maxRetries: 1,
  });

/** Says that the wait before another attempt is over at once. */
const hurried: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.ok) return response;
  const headers = new Headers(response.headers);
  headers.set('retry-after-ms', '1');
  return new Response(await response.text(), { status: response.status, headers });
};
