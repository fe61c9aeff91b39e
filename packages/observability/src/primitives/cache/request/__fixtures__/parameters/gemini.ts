import type { GenerateContentConfig, GenerateContentParameters, HttpOptions } from '@google/genai';
import { inKey, type Parameters, required, withoutEffect } from './parameter.ts';

export const geminiParameters: Parameters<GenerateContentParameters> = {
  model: required('gemini-2.5-flash', 'gemini-2.5-pro'),
  contents: required<GenerateContentParameters['contents']>(
    'What is a café?',
    'What is a cafe?',
    ['What is', 'a café?'],
    [{ role: 'user', parts: [{ text: 'What is a café?' }] }],
    [{ role: 'user', parts: [{ text: 'Look' }, { inlineData: { mimeType: 'image/png', data: 'AAEC' } }] }],
    [{ role: 'user', parts: [{ text: 'Look' }, { inlineData: { mimeType: 'image/png', data: 'AAED' } }] }],
  ),
  config: inKey<GenerateContentConfig>({ temperature: 0 }, { temperature: 1 }, { temperature: 1, topK: 3 }),
};

export const geminiConfig: Parameters<GenerateContentConfig> = {
  httpOptions: withoutEffect<HttpOptions>({ timeout: 1 }, { timeout: 2 }),
  abortSignal: withoutEffect(new AbortController().signal),
  serviceTier: withoutEffect('flex' as never, 'priority' as never),
  systemInstruction: inKey<NonNullable<GenerateContentConfig['systemInstruction']>>('Be brief.', 'Be long.', {
    parts: [{ text: 'Be brief.' }],
  }),
  temperature: inKey(0, 1),
  topP: inKey(0.1, 0.9),
  topK: inKey(1, 2),
  candidateCount: inKey(1, 2),
  maxOutputTokens: inKey(10, 11),
  stopSequences: inKey<string[]>(['END'], ['END', 'STOP']),
  responseLogprobs: inKey(true, false),
  logprobs: inKey(1, 2),
  presencePenalty: inKey(0, 1),
  frequencyPenalty: inKey(0, 1),
  seed: inKey(1, 2),
  responseMimeType: inKey('text/plain', 'application/json'),
  responseSchema: inKey<NonNullable<GenerateContentConfig['responseSchema']>>(
    { type: 'OBJECT' as never },
    { type: 'ARRAY' as never },
  ),
  responseJsonSchema: inKey<unknown>({ type: 'object' }, { type: 'array' }),
  routingConfig: inKey<NonNullable<GenerateContentConfig['routingConfig']>>(
    { manualMode: { modelName: 'a' } },
    { manualMode: { modelName: 'b' } },
  ),
  modelSelectionConfig: inKey<NonNullable<GenerateContentConfig['modelSelectionConfig']>>(
    {},
    { featureSelectionPreference: 'BALANCED' as never },
  ),
  safetySettings: inKey<NonNullable<GenerateContentConfig['safetySettings']>>(
    [],
    [{ category: 'HARM_CATEGORY_HARASSMENT' as never, threshold: 'BLOCK_NONE' as never }],
  ),
  tools: inKey<NonNullable<GenerateContentConfig['tools']>>(
    [{ googleSearch: {} }],
    [{ functionDeclarations: [{ name: 'f' }] }],
  ),
  toolConfig: inKey<NonNullable<GenerateContentConfig['toolConfig']>>(
    { functionCallingConfig: { mode: 'ANY' as never } },
    { functionCallingConfig: { mode: 'NONE' as never } },
  ),
  labels: withoutEffect<Record<string, string>>({ team: 'a' }, { team: 'b' }),
  cachedContent: inKey('cachedContents/1', 'cachedContents/2'),
  responseModalities: inKey<string[]>(['TEXT'], ['TEXT', 'IMAGE']),
  mediaResolution: inKey('MEDIA_RESOLUTION_LOW' as never, 'MEDIA_RESOLUTION_HIGH' as never),
  speechConfig: inKey<NonNullable<GenerateContentConfig['speechConfig']>>(
    { languageCode: 'de-DE' },
    { languageCode: 'en-US' },
  ),
  audioTimestamp: inKey(true, false),
  automaticFunctionCalling: inKey<NonNullable<GenerateContentConfig['automaticFunctionCalling']>>(
    { disable: true },
    { disable: false },
  ),
  thinkingConfig: inKey<NonNullable<GenerateContentConfig['thinkingConfig']>>(
    { thinkingBudget: 0 },
    { thinkingBudget: 1_024 },
  ),
  audioTranscriptionConfig: inKey<NonNullable<GenerateContentConfig['audioTranscriptionConfig']>>({}),
  imageConfig: inKey<NonNullable<GenerateContentConfig['imageConfig']>>(
    { aspectRatio: '1:1' },
    { aspectRatio: '16:9' },
  ),
  enableEnhancedCivicAnswers: inKey(true, false),
  modelArmorConfig: inKey<NonNullable<GenerateContentConfig['modelArmorConfig']>>(
    { promptTemplateName: 'a' },
    { promptTemplateName: 'b' },
  ),
  continuationToken: inKey('t1', 't2'),
  automaticContinuation: inKey(true, false),
  generationOutputConfig: inKey<NonNullable<GenerateContentConfig['generationOutputConfig']>>({}),
  store: withoutEffect(true, false),
};

export const geminiHttpOptions: Parameters<HttpOptions> = {
  baseUrl: inKey('https://a', 'https://b'),
  baseUrlResourceScope: inKey('COLLECTION' as never),
  apiVersion: inKey('v1', 'v1beta'),
  headers: withoutEffect<Record<string, string>>({ 'x-trace': '1' }, { 'x-trace': '2' }),
  timeout: withoutEffect(1, 2),
  extraBody: inKey<Record<string, unknown>>({ a: 1 }, { a: 2 }),
  retryOptions: withoutEffect({ attempts: 1 }, { attempts: 2 }),
  fetch: withoutEffect<NonNullable<HttpOptions['fetch']>>(fetch),
};
