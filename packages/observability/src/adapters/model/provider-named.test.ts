import { expect, it } from 'vitest';
import { providerNamed } from './provider-named.ts';

it.each([
  ['openai.responses', 'openai'],
  ['azure.chat', 'azure.ai.openai'],
  ['google.generative-ai', 'gcp.gemini'],
  ['google.vertex.chat', 'gcp.vertex_ai'],
  ['vertex.anthropic.messages', 'gcp.vertex_ai'],
  ['amazon-bedrock', 'aws.bedrock'],
  ['xai.chat', 'x_ai'],
  ['GoogleGenerativeAI', 'gcp.gemini'],
  ['lmstudio.chat', 'lmstudio'],
  ['', undefined],
  [undefined, undefined],
])('%s is %s', (told, name) => {
  expect(providerNamed(told)).toBe(name);
});
