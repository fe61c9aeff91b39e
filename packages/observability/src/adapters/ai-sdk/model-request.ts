import type { WorkflowContext } from 'tta-dev-primitives';
import { type CarriedCall, carriedCall } from '../carried-call.ts';
import { endedAtFinish } from './finished-stream.ts';
import type { AnyModel, SdkAnswer, SdkMethod } from './sdk-model.ts';

/** A call of a model as a workflow sees it: the parameters that the SDK hands to the model, and which model and method they are for. */
export interface SdkRequest {
  readonly model: string;
  readonly provider: string;
  readonly method: SdkMethod;
  /** A digest of the account that the model calls with, for a cache: accounts do not share stored answers. */
  readonly apiKey?: string;
  readonly [param: string]: unknown;
}

/** A whole answer, or the parts of a stream. */
export type SdkOutput = object;

/** What is beside a request: the model it is for, and what its result has beside the answer. */
export interface SdkCall {
  readonly model: AnyModel;
  /**
   * What is never stored: the request as it was sent, which repeats the prompt, and the headers and the body of the response, which
   * repeats the answer; undefined for a hit.
   */
  beside: Pick<SdkAnswer, 'request' | 'response'> | undefined;
}

/** The call in the context of its workflow. */
export const carried: CarriedCall<SdkCall> = carriedCall('ttaMiddleware');

/** Asks a model, with the signal of the workflow in place of the caller's. */
export async function askModel(model: AnyModel, request: SdkRequest, context: WorkflowContext): Promise<SdkOutput> {
  const { model: _model, provider: _provider, method, apiKey: _apiKey, ...given } = request;
  const params = { ...given, abortSignal: context.isAbortable ? context.signal : undefined };
  if (method === 'embed') return answered(model.doEmbed?.(params), model, method);
  const call = carried.callIn(context);
  if (method === 'generate') {
    const { request: sent, response = {}, ...answer } = await answered(model.doGenerate?.(params), model, method);
    const { headers, body, ...kept } = response as Readonly<Record<string, unknown>>;
    call.beside = { request: sent, response: { headers, body } };
    return { ...answer, response: kept };
  }
  const { stream, ...beside } = await answered(model.doStream?.(params), model, method);
  call.beside = beside;
  return endedAtFinish(stream, context.clock);
}

async function answered<T>(answer: PromiseLike<T> | undefined, { modelId }: AnyModel, method: SdkMethod): Promise<T> {
  if (answer === undefined) throw new TypeError(`ttaMiddleware: the model ${modelId} cannot ${method}`);
  return answer;
}
