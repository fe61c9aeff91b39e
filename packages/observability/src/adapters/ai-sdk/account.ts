import { keyInHeaders } from '../../llm/dialects/carriage.ts';
import { field } from '../../llm/fields.ts';
import { accountDigest, ownAccount } from '../model/account.ts';
import type { AnyModel } from './sdk-model.ts';

/**
 * A digest of the keys and the address that a model calls with. The providers of the SDK keep both in `config`; a model without it shares
 * stored answers with no other model object.
 */
export async function accountOf(models: readonly AnyModel[]): Promise<string> {
  return accountDigest(await Promise.all(models.map(accountOfOne)));
}

async function accountOfOne(model: AnyModel): Promise<unknown> {
  const config = field(model, 'config');
  const headers = field(config, 'headers');
  if (headers === undefined) return ownAccount(model);
  const key = keyInHeaders(typeof headers === 'function' ? await (headers as () => unknown)() : headers);
  return key === null ? ownAccount(model) : [key, addressOf(model, config)];
}

function addressOf({ modelId }: AnyModel, config: unknown): unknown {
  const url = field(config, 'url');
  const address = typeof url === 'function' ? (url as (of: object) => unknown)({ path: '', modelId }) : undefined;
  return address ?? field(config, 'baseURL');
}
