import { describe, expect, it } from 'vitest';
import { providerAt } from './hosts.ts';

describe('providerAt', () => {
  it.each([
    ['https://api.openai.com/v1/chat/completions', 'openai'],
    ['https://eu.api.openai.com/v1', 'openai'],
    ['https://acme.openai.azure.com/openai/v1', 'azure.ai.openai'],
    ['https://acme.cognitiveservices.azure.com/openai/deployments/d/chat/completions', 'azure.ai.openai'],
    ['https://acme.services.ai.azure.com/models/chat/completions', 'azure.ai.inference'],
    ['https://europe-west1-aiplatform.googleapis.com/v1/projects/p', 'gcp.vertex_ai'],
    ['https://aiplatform.googleapis.com/v1/projects/p', 'gcp.vertex_ai'],
    ['https://aiplatform.eu.rep.googleapis.com/v1/projects/p', 'gcp.vertex_ai'],
    ['https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke', 'aws.bedrock'],
    ['https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/model/m/invoke', 'aws.bedrock'],
    ['https://vpce-1-2.bedrock-runtime.us-east-1.vpce.amazonaws.com/model/m/invoke', 'aws.bedrock'],
    ['https://bedrock-runtime.us-east-1.api.aws/model/m/invoke', 'aws.bedrock'],
    ['https://codestral.mistral.ai/v1/fim/completions', 'mistral_ai'],
    ['https://api.cohere.ai/v1/chat', 'cohere'],
    ['HTTPS://API.GROQ.COM/openai/v1', 'groq'],
    ['https://user:k@api.groq.com.:443', 'groq'],
    ['https://dashscope-us-east.aliyuncs.com/v1', 'dashscope'],
    ['https://api.moonshot.cn/v1', 'moonshot_ai'],
    ['https://dashscope-intl.aliyuncs.com/compatible-mode/v1', 'dashscope'],
    ['https://ai-gateway.vercel.sh/v1/chat/completions', 'vercel'],
    ['https://router.huggingface.co/v1/chat/completions', 'huggingface'],
  ])('%s is %s', (url, provider) => {
    expect(providerAt(url)).toBe(provider);
  });

  it.each([
    'https://gateway.example.com/openai/v1',
    'https://api.openai.com.example.com/v1',
    'https://notapi.openai.com/v1',
    'https://acme-mistral.ai/v1',
    'https://my-openrouter.ai/v1',
    'https://example.com/@api.openai.com',
    'https://s3.us-east-1.amazonaws.com/bedrock-runtime',
    'http://127.0.0.1:4000/api.openai.com',
    'api.openai.com/v1',
    undefined,
  ])('%s is of no provider that is known', (url) => {
    expect(providerAt(url)).toBeUndefined();
  });
});
