import { executeAround } from '../context-around.ts';
import { carried, type SdkCall, type SdkOutput, type SdkRequest } from './model-request.ts';
import type { AnyModel, SdkAnswer, SdkMethod, SdkParams, SdkStream } from './sdk-model.ts';
import type { SdkWorkflow } from './workflow.ts';

/** A call of a model, as the SDK makes it. */
export interface Asked {
  readonly method: SdkMethod;
  readonly params: SdkParams;
  /** The model as the SDK sees it. */
  readonly model: AnyModel;
  readonly tenantId: string | undefined;
  /** Whether the workflow makes all further attempts itself. */
  readonly isFinal: boolean;
}

/** Executes a workflow for a call whose answer is whole. */
export async function executeWhole(workflow: SdkWorkflow, asked: Asked): Promise<SdkAnswer> {
  const { output, call } = await execute(workflow, asked);
  if (call.beside === undefined) return output;
  const { request, response } = call.beside;
  return { ...output, request, response: { ...(output as SdkAnswer).response, ...response } };
}

/** Executes a workflow for a call whose answer is a stream. */
export async function executeStream(workflow: SdkWorkflow, asked: Asked): Promise<SdkStream> {
  const { output, call } = await execute(workflow, asked);
  return { ...call.beside, stream: output as ReadableStream<unknown> }; // the method `stream` gives one
}

async function execute(workflow: SdkWorkflow, asked: Asked): Promise<{ output: SdkOutput; call: SdkCall }> {
  const { method, params, model, tenantId, isFinal } = asked;
  const { abortSignal, ...rest } = params;
  abortSignal?.throwIfAborted();
  const { modelId, provider } = model;
  const request: SdkRequest = { ...rest, model: modelId, provider, method };
  const call: SdkCall = { model, beside: undefined };
  const init = {
    name: 'ai-sdk',
    tenantId,
    signal: abortSignal,
    metadata: (around: object) => carried.within(call, around),
  };
  try {
    return { output: await executeAround(workflow, request, init), call };
  } catch (error) {
    throw isFinal ? withoutRetries(error) : error;
  }
}

/** The SDK tries errors again that say they are retryable, which would multiply the attempts of a workflow. */
function withoutRetries(error: unknown): unknown {
  if (!(error instanceof Error) || !('isRetryable' in error) || error.isRetryable !== true) return error;
  const copy = Object.create(Object.getPrototypeOf(error) as object, Object.getOwnPropertyDescriptors(error)) as Error;
  return Object.defineProperty(copy, 'isRetryable', { value: false, enumerable: true, configurable: true });
}
