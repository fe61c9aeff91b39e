import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { executeAround } from '../context-around.ts';
import type { ChainRequest } from './chain-call.ts';
import { embeddingsWorkflow } from './chain-workflow.ts';
import { accountOf, nameOf, providerOf } from './chat-model.ts';
import type { ReadOptions } from './options.ts';
import { memberOf } from './private-members.ts';

export function isEmbeddings(value: unknown): value is EmbeddingsInterface {
  const { embedQuery, embedDocuments } = (value ?? {}) as Partial<EmbeddingsInterface>;
  return typeof embedQuery === 'function' && typeof embedDocuments === 'function';
}

/** An answer of a model of embeddings, which gives bare vectors. */
interface Vectors {
  readonly vectors: unknown;
}

/** The methods of a model of embeddings, as a workflow sees them. */
const METHODS = { embedQuery: 'embed_query', embedDocuments: 'embed_documents' } as const;

export function observeEmbeddings<E extends EmbeddingsInterface>(model: E, options: ReadOptions): E {
  const { tenantId } = options;
  const embed = async ({ method, values = [] }: ChainRequest): Promise<Vectors> => {
    const isQuery = method === METHODS.embedQuery;
    return { vectors: await (isQuery ? model.embedQuery(values[0] ?? '') : model.embedDocuments([...values])) };
  };
  const workflow = embeddingsWorkflow(model, embed, options);
  const ask = async (name: keyof typeof METHODS, values: readonly string[]): Promise<unknown> => {
    const request = { ...embeddingsRequest(model), method: METHODS[name], values };
    const init = { name: 'langchain', tenantId, signal: undefined, metadata: <T>(around: T) => around };
    const { vectors } = (await executeAround(workflow, request, init)) as Vectors;
    return vectors;
  };
  const own = new Map<PropertyKey, unknown>([
    ['embedQuery', (text: string) => ask('embedQuery', [text])],
    ['embedDocuments', (texts: string[]) => ask('embedDocuments', texts)],
  ]);
  return new Proxy(model, {
    get: (target, name) => own.get(name) ?? memberOf(target, name),
    set: (target, name, value) => Reflect.set(target, name, value),
  });
}

/** Fields that may hold a key, which the account of the model stands for. */
const SECRET = /key|token|secret|password|credential/i;

/** What decides the vectors beside the texts. The settings of a model are its own fields, whatever their names. */
function embeddingsRequest(model: object): Pick<ChainRequest, 'model' | 'provider' | 'apiKey' | 'settings'> {
  const settings = Object.entries(model).filter(
    ([name, value]) => !SECRET.test(name) && ['string', 'number', 'boolean'].includes(typeof value),
  );
  return {
    model: nameOf(model),
    provider: providerOf(model),
    apiKey: accountOf([model]),
    settings: Object.fromEntries(settings),
  };
}
