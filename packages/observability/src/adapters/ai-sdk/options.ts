import { readOptions, type WithFallbacks } from 'tta-dev-primitives/internal';
import { type ModelOptions, modelRules, type RoutedOptions, routedRules } from '../model/model-options.ts';
import type { SdkOutput, SdkRequest } from './model-request.ts';

/** What is put around the calls of a model of the AI SDK. */
export interface MiddlewareOptions extends ModelOptions<SdkRequest, SdkOutput> {}

/** What is put around several models, and how one of them is picked. */
export interface RoutedModelOptions<Name extends string = string> extends RoutedOptions<SdkRequest, SdkOutput, Name> {}

const RULES = modelRules('ai_sdk');
const ROUTED_RULES = routedRules('ai_sdk');

export type ReadOptions = WithFallbacks<MiddlewareOptions, 'operation'>;

export type ReadRoutedOptions<Name extends string> = WithFallbacks<RoutedModelOptions<Name>, 'operation'>;

/** @throws TypeError or RangeError that names the option */
export function readMiddlewareOptions(options: MiddlewareOptions): ReadOptions {
  return readOptions<MiddlewareOptions, typeof RULES>('ttaMiddleware', options, RULES);
}

/** @throws TypeError or RangeError that names the option */
export function readRoutedOptions<Name extends string>(options: RoutedModelOptions<Name>): ReadRoutedOptions<Name> {
  return readOptions<RoutedModelOptions<Name>, typeof ROUTED_RULES>('routedModel', options, ROUTED_RULES);
}
