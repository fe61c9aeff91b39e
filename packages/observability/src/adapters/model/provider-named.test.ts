import { expect, it } from 'vitest';
import { providerNamed, sdkProviderNamed } from './provider-named.ts';

it.each([
  ['GoogleGenerativeAI', 'gcp.gemini'],
  ['google_vertexai', 'gcp.vertex_ai'],
  ['OpenAI', 'openai'],
  ['aws.bedrock', 'aws.bedrock'],
  ['azure.ai.inference', 'azure.ai.inference'],
  ['acme.internal', 'acme.internal'],
  ['', undefined],
  [undefined, undefined],
])('%s is %s', (told, name) => {
  expect(providerNamed(told)).toBe(name);
});

it.each([
  ['openai.responses', 'openai'],
  ['azure.chat', 'azure.ai.openai'],
  ['google.generative-ai', 'gcp.gemini'],
  ['google.vertex.chat', 'gcp.vertex_ai'],
  ['vertex.anthropic.messages', 'gcp.vertex_ai'],
  ['amazon-bedrock', 'aws.bedrock'],
  ['xai.chat', 'x_ai'],
  ['MyCorp.chat', 'MyCorp'],
])('%s of the AI SDK is %s', (told, name) => {
  expect(sdkProviderNamed(told)).toBe(name);
});
