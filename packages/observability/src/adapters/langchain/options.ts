import { readOptions, type WithFallbacks } from 'tta-dev-primitives/internal';
import { type ModelOptions, modelRules, type RoutedOptions, routedRules } from '../model/model-options.ts';
import type { ChainAnswer, ChainRequest } from './chain-call.ts';

/** What is put around the calls of a model of LangChain. */
export interface ObserveOptions extends ModelOptions<ChainRequest, ChainAnswer> {}

/** What is put around several chat models, and how one of them is picked. */
export interface RoutedChatModelOptions<Name extends string = string>
  extends RoutedOptions<ChainRequest, ChainAnswer, Name> {}

const RULES = modelRules('langchain');
const ROUTED_RULES = routedRules('langchain');

export type ReadOptions = WithFallbacks<ObserveOptions, 'operation'>;

export type ReadRoutedOptions<Name extends string> = WithFallbacks<RoutedChatModelOptions<Name>, 'operation'>;

/** @throws TypeError or RangeError that names the option */
export function readObserveOptions(options: ObserveOptions): ReadOptions {
  return readOptions<ObserveOptions, typeof RULES>('observe', options, RULES);
}

/** @throws TypeError or RangeError that names the option */
export function readRoutedOptions<Name extends string>(options: RoutedChatModelOptions<Name>): ReadRoutedOptions<Name> {
  return readOptions<RoutedChatModelOptions<Name>, typeof ROUTED_RULES>('routedChatModel', options, ROUTED_RULES);
}
