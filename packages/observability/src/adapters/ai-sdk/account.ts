import { step, type WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import { keyInHeaders } from '../../llm/dialects/carriage.ts';
import { field } from '../../llm/fields.ts';
import { accountDigest, ownAccount } from '../model/account.ts';
import type { SdkOutput, SdkRequest } from './model-request.ts';
import type { AnyModel } from './sdk-model.ts';

/** Executes a workflow with requests that name the account of the models that may answer. */
export function withAccount(
  workflow: WorkflowPrimitive<SdkRequest, SdkOutput>,
  modelsIn: (context: WorkflowContext) => readonly AnyModel[],
): WorkflowPrimitive<SdkRequest, SdkOutput> {
  const named = step('account', async (request: SdkRequest, context): Promise<SdkRequest> => {
    return { ...request, apiKey: await accountOf(modelsIn(context)) };
  });
  return named.pipe(workflow);
}

/**
 * A digest of the keys and the address that a model calls with. The providers of the SDK keep both in `config`; a model without it shares
 * stored answers with no other model object.
 */
async function accountOf(models: readonly AnyModel[]): Promise<string> {
  return accountDigest(await Promise.all(models.map(accountOfOne)));
}

/** A model that cannot read its headers may still be an unused route, and a call of it fails with its own error. */
async function accountOfOne(model: AnyModel): Promise<unknown> {
  try {
    return (await shownAccount(model)) ?? ownAccount(model);
  } catch {
    return ownAccount(model);
  }
}

/** The account that a model shows in its `config`. */
async function shownAccount(model: AnyModel): Promise<unknown> {
  const config = field(model, 'config');
  const headers = field(config, 'headers');
  if (headers === undefined) return undefined;
  const key = keyInHeaders(typeof headers === 'function' ? await (headers as () => unknown)() : headers);
  return key === null ? undefined : [key, addressOf(model, config)];
}

function addressOf({ modelId }: AnyModel, config: unknown): unknown {
  const url = field(config, 'url');
  const address = typeof url === 'function' ? (url as (of: object) => unknown)({ path: '', modelId }) : undefined;
  return address ?? field(config, 'baseURL');
}
