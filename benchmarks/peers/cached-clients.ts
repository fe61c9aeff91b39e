import { createOpenAI } from '@ai-sdk/openai';
import { InMemoryCache } from '@langchain/core/caches';
import { HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import {
  generateText,
  type LanguageModelMiddleware,
  type Part,
  simulateReadableStream,
  streamText,
  wrapLanguageModel,
} from 'ai';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import OpenAI from 'openai';
import { observe } from 'tta-observability-integration/openai';

/** One question to a client. What is left out is the same in every question. */
export interface Question {
  readonly isStream?: boolean;
  readonly apiKey?: string;
  readonly image?: string;
}

/** A client of a provider with a cache in memory, set up as its documentation says. */
export interface CachedClient {
  readonly name: string;
  readonly isOurs: boolean;
  /** Whether it caches streams at all. */
  readonly cachesStreams: boolean;
  /** @returns asks one question, and resolves when the whole answer was read */
  at(baseURL: string): (question: Question) => Promise<unknown>;
}

const MODEL = 'gpt-4o-mini';
const TEXT = 'What is a span?';

const messagesOf = ({ image }: Question): OpenAI.ChatCompletionMessageParam[] => {
  const content: OpenAI.ChatCompletionContentPart[] = [{ type: 'text', text: TEXT }];
  if (image !== undefined) content.push({ type: 'image_url', image_url: { url: image } });
  return [{ role: 'user', content }];
};

const clientAt = (baseURL: string, apiKey: string): OpenAI => new OpenAI({ apiKey, baseURL, maxRetries: 0 });

async function askOpenAi(client: OpenAI, question: Question): Promise<unknown> {
  const request = { model: MODEL, temperature: 0, messages: messagesOf(question) };
  if (question.isStream !== true) return client.chat.completions.create(request);
  return readAll(await client.chat.completions.create({ ...request, stream: true }));
}

async function readAll(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const _chunk of chunks);
}

const ours: CachedClient = {
  name: 'observe(client)',
  isOurs: true,
  cachesStreams: true,
  at(baseURL) {
    const client = observe(clientAt(baseURL, 'first'), { cache: {} });
    return (question) => askOpenAi(client.withOptions({ apiKey: question.apiKey ?? 'first' }), question);
  },
};

/** Its user chooses the key: here the whole request, as the SDK takes it. */
const bentocache: CachedClient = {
  name: 'bentocache',
  isOurs: false,
  cachesStreams: false,
  at(baseURL) {
    const cache = new BentoCache({ default: 'memory', stores: { memory: bentostore().useL1Layer(memoryDriver()) } });
    return (question) =>
      cache.getOrSet({
        key: JSON.stringify({ model: MODEL, temperature: 0, messages: messagesOf(question) }),
        factory: async () => ({ ...Object(await askOpenAi(clientAt(baseURL, question.apiKey ?? 'first'), question)) }),
        ttl: '1h',
      });
  },
};

const langChain: CachedClient = {
  name: 'LangChain',
  isOurs: false,
  cachesStreams: false,
  at(baseURL) {
    const cache = new InMemoryCache(new Map());
    return async (question) => {
      const { apiKey = 'first' } = question;
      const model = new ChatOpenAI({
        apiKey,
        model: MODEL,
        maxRetries: 0,
        configuration: { baseURL },
        temperature: 0,
        cache,
      });
      const messages = messagesOf(question).map(({ content }) => new HumanMessage({ content }));
      return question.isStream === true ? readAll(await model.stream(messages)) : model.invoke(messages);
    };
  },
};

/** The middleware of its page on caching: a key of the parameters, results as they are, and the parts of a stream at its end. */
const aiSdk: CachedClient = {
  name: 'AI SDK',
  isOurs: false,
  cachesStreams: true,
  at(baseURL) {
    const middleware = cachingMiddleware();
    return async ({ apiKey = 'first', image, isStream }) => {
      const model = wrapLanguageModel({ model: createOpenAI({ apiKey, baseURL }).chat(MODEL), middleware });
      const picture = { type: 'file', mediaType: 'image/png', data: new URL(image ?? 'https://example.org/none') };
      const content = [{ type: 'text', text: TEXT }, ...(image === undefined ? [] : [picture])];
      const options = { model, prompt: [{ role: 'user', content }], maxRetries: 0, temperature: 0 };
      return isStream === true ? readAll(streamText({ ...options, onError() {} }).textStream) : generateText(options);
    };
  },
};

function cachingMiddleware(): LanguageModelMiddleware {
  const results = new Map<string, object>();
  const streams = new Map<string, readonly Part[]>();
  return {
    specificationVersion: 'v4',
    async wrapGenerate({ doGenerate, params }) {
      const key = JSON.stringify(params);
      const result = results.get(key) ?? (await doGenerate());
      results.set(key, result);
      return result;
    },
    async wrapStream({ doStream, params }) {
      const key = JSON.stringify(params);
      const chunks = streams.get(key);
      if (chunks !== undefined)
        return { stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) };
      const { stream, ...rest } = await doStream();
      const parts: Part[] = [];
      const recording = new TransformStream<Part, Part>({
        transform(part, controller) {
          parts.push(part);
          controller.enqueue(part);
        },
        flush: () => void streams.set(key, parts),
      });
      return { stream: stream.pipeThrough(recording), ...rest };
    },
  };
}

export const CACHED_CLIENTS: readonly CachedClient[] = [ours, bentocache, langChain, aiSdk];
