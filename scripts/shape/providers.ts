import { lineAt, type SourceFile, withoutComments } from './source-text.ts';

const PROVIDERS: readonly string[] = [
  ...['openai', 'gpt', 'anthropic', 'claude', 'gemini', 'vertex', 'bedrock', 'cohere', 'mistral', 'ollama', 'groq'],
  ...['deepseek', 'dashscope', 'moonshot', 'watsonx', 'openrouter', 'perplexity', 'langchain'],
];

/** A name as a word, also as a part of another word: `gpt-4o`, `OpenAIError`, `askGemini`, `GROQ_KEY`. */
const NAMED: RegExp = new RegExp(
  [
    `(?<![a-zA-Z])(?:${PROVIDERS.join('|')}|openAi|openAI)(?![a-z])`,
    `(?:${PROVIDERS.map((name) => name.charAt(0).toUpperCase() + name.slice(1)).join('|')}|OpenAI)(?![a-z])`,
    `(?<![A-Z])(?:${PROVIDERS.map((name) => name.toUpperCase()).join('|')})(?![A-Z])`,
  ].join('|'),
  'g',
);

/**
 * Where providers are named: their wire formats, their prices, their SDKs. The demo is an application, which has
 * to choose one; `tta prices` reads names of models, and `tta doctor` looks for keys and SDKs. */
const ROOMS: readonly string[] = [
  ...['llm/dialects', 'llm/money', 'adapters'].map((room) => `packages/observability/src/${room}/`),
  ...['demo', 'provider', 'workload', 'prices', 'doctor'].map((room) => `packages/cli/src/${room}/`),
];

/** The names of providers that other rooms have in their code. Comments may name them. */
export function providerNames(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !ROOMS.some((room) => path.startsWith(room)))
    .flatMap(({ path, text }) => {
      const code = withoutComments(text);
      return Array.from(
        code.matchAll(NAMED),
        ({ 0: name, index }) =>
          `${path}:${lineAt(code, index)}: names ${name}, and only llm/dialects, llm/money and adapters may name a provider`,
      );
    });
}
