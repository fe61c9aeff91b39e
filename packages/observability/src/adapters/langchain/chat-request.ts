import type { BaseMessage } from '@langchain/core/messages';
import type { ChainMethod, ChainRequest } from './chain-call.ts';
import { accountOf, nameOf, providerOf, type Target } from './chat-model.ts';
import { plainMessage } from './plain-message.ts';

/** A call of chat models, which are known by the names of their routes. */
export function chatRequest(
  method: ChainMethod,
  messages: readonly BaseMessage[],
  targets: Readonly<Record<string, Target>>,
): ChainRequest {
  const all = Object.values(targets);
  const [first, ...others] = all as [Target, ...Target[]]; // there is one
  const { headers } = first.options;
  return {
    model: all.map(({ model }) => nameOf(model)).join('|'),
    provider: others.length === 0 ? providerOf(first.model) : undefined,
    method,
    apiKey: accountOf(all.map(({ model }) => model)),
    messages: messages.map(plainMessage),
    invocationParams: paramsOf(first),
    ...(others.length > 0 && { otherParams: others.map(paramsOf) }),
    ...(headers !== undefined && { headers }),
  };
}

/** Options that say how a call is made, and not what is asked. */
const OF_TRANSPORT: ReadonlySet<string> = new Set(['signal', 'timeout', 'promptIndex', 'maxRetries', 'headers']);

/** What a model sends beside the messages; for a model that does not say it, all that is known of the model and the call. */
function paramsOf({ model, options }: Target): Record<string, unknown> {
  const params = model.invocationParams(options as never) as Record<string, unknown> | undefined;
  if (params !== undefined && Object.keys(params).length > 0) return params;
  const secrets = Object.keys(model.lc_secrets ?? {});
  const shown = Object.entries(model._identifyingParams()).filter(([name]) => !secrets.includes(name));
  const given = Object.entries(options).filter(([name]) => !OF_TRANSPORT.has(name));
  return Object.fromEntries([...shown, ...given]);
}
