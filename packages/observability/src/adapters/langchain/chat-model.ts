import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { providerAt } from '../../llm/dialects/hosts.ts';
import { field, textField } from '../../llm/fields.ts';
import { accountDigest, ownAccount } from '../model/account.ts';
import { providerNamed } from '../model/provider-named.ts';

/** Any chat model. */
export type ChatModel = BaseChatModel;

/** Options of one call of a chat model, as LangChain hands them to it. */
export type CallOptions = Readonly<Record<string, unknown>>;

/** A chat model, and the options that it is called with. */
export interface Target {
  readonly model: ChatModel;
  readonly options: CallOptions;
}

export function isChatModel(value: unknown): value is ChatModel {
  return typeof value === 'object' && value !== null && '_generate' in value && typeof value._generate === 'function';
}

/** The name of a model, under the fields in which the packages of LangChain keep it. */
export function nameOf(model: object): string {
  const named = ['model', 'modelName', 'modelId', 'deploymentName'].map((name) => textField(model, name));
  return named.find((name) => name !== undefined) ?? configuredName(model, 'model') ?? model.constructor.name;
}

/** The name and the provider that a model of `initChatModel` was made with. */
function configuredName(model: object, name: 'model' | 'modelProvider'): string | undefined {
  return textField(field(model, '_defaultConfig'), name);
}

/** Who serves a model: by its address, or else by what LangChain calls its provider, which may be a part of the name of its class. */
export function providerOf(model: object): string | undefined {
  const told = isChatModel(model)
    ? model.getLsParams({}).ls_provider
    : /^(\w+)Embeddings$/.exec(model.constructor.name)?.[1];
  return providerAt(addressOf(model)) ?? providerNamed(configuredName(model, 'modelProvider') ?? told);
}

/** The fields in which models of LangChain keep how they reach their server. */
const CLIENTS = ['clientConfig', 'clientOptions', 'configuration'] as const;
const ADDRESSES = ['baseURL', 'baseUrl', 'apiUrl', 'endpoint', 'azureOpenAIEndpoint', 'azureOpenAIBasePath'] as const;

function addressOf(model: object): string | undefined {
  const places = [...CLIENTS.map((client) => field(model, client)), model];
  const addresses = places.flatMap((place) => ADDRESSES.map((name) => textField(place, name)));
  return addresses.find((address) => address !== undefined);
}

/**
 * A digest of the keys, the address and the headers that models call with. A model that does not show a key shares stored answers with no
 * other model object.
 */
export function accountOf(models: readonly object[]): string {
  return accountDigest(models.map(accountOfOne));
}

/** Where models keep keys, beside the places that `lc_secrets` names. */
const KEYS = ['apiKey', ...CLIENTS.map((client) => `${client}.apiKey`)];

function accountOfOne(model: object): unknown {
  const { lc_secrets: secrets } = model as { readonly lc_secrets?: Readonly<Record<string, string>> };
  const keys = [...KEYS, ...Object.keys(secrets ?? {})].map((path) => keyAt(model, path));
  if (keys.every((key) => key === undefined) || keys.includes(null)) return ownAccount(model);
  const headers = CLIENTS.map((client) => field(field(model, client), 'defaultHeaders'));
  return [keys, addressOf(model), headers];
}

/** @returns undefined for a key that is not set; null for one that is not a text, such as a function that gives it */
function keyAt(model: object, path: string): string | null | undefined {
  const key = path.split('.').reduce<unknown>(field, model);
  if (key === undefined || key === '') return undefined;
  return typeof key === 'string' ? key : null;
}
