import { describe, expect, it } from 'vitest';
import { providerNames } from './providers.ts';

const found = (path: string, text: string): string[] => providerNames([{ path, text }]);
const ROUTER = 'packages/observability/src/primitives/router/decide.ts';

describe('providerNames', () => {
  it.each([
    "const model = 'gpt-4o';",
    `const url = \`https://\${host}/anthropic/v1\`;`,
    'class OpenAIError extends Error {}',
    'const openAi = 1;',
    'function askGemini() {}',
    "const key = env['GROQ_API_KEY'];",
    'const isBedrockAnswer = true;',
  ])('finds one in %s', (text) => {
    expect(found(ROUTER, `\n${text}`)).toEqual([
      expect.stringMatching(
        `^${ROUTER}:2: names \\w+, and only llm/dialects, llm/money and adapters may name a provider$`,
      ),
    ]);
  });

  it.each(["// as openai does it\n/** `gpt-4o` */\nconst coherent = 'ungrouped';", 'const streamlined = 1;'])(
    'accepts comments, and other words: %s',
    (text) => {
      expect(found(ROUTER, text)).toEqual([]);
    },
  );

  it.each(['llm/dialects/gemini/answer.ts', 'llm/money/listed/prices.ts', 'adapters/openai.ts'])(
    'accepts them in %s',
    (path) => {
      expect(found(`packages/observability/src/${path}`, "const model = 'gpt-4o';")).toEqual([]);
    },
  );
});
