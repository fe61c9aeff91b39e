import OpenAI, { APIError, AuthenticationError, NotFoundError, PermissionDeniedError } from 'openai';
import { priceOf } from 'tta-observability-integration/llm';
import type { OwnPrices } from '../prices/price-file.ts';
import { startProvider } from '../provider/server.ts';
import { listed, UsageError } from '../usage-error.ts';
import type { Workload } from '../workload/workload.ts';
import type { RoutedModel } from './answering.ts';
import { Bill, costsOf } from './bill.ts';
import type { BaselineAnswer, CostOf, QualityOf } from './spend-report.ts';

/** Where requests go, and what they cost there. */
export interface Endpoint {
  readonly client: OpenAI;
  readonly models: readonly RoutedModel[];
  readonly baseline: string;
  readonly costOf: CostOf;
  readonly qualityOf: QualityOf;
  readonly baselineAnswer: BaselineAnswer;
  /** What the endpoint itself has charged by model so far, in US dollars; undefined when it does not tell. */
  readonly spendByModel: ReadonlyMap<string, number> | undefined;
  /** How abandoned answers are billed, in one sentence. */
  readonly billing: string;
  /** Waits until everything has been charged. */
  close(): Promise<void>;
}

/** The client sends each request once and logs nothing: the workflow handles failures here. */
const QUIET = { maxRetries: 0, logLevel: 'off' } as const;

/** Starts a provider on the loopback interface that plays the models of a workload. */
export async function loopbackEndpoint({ models, baseline, answerOf, faults }: Workload): Promise<Endpoint> {
  const costOf = costsOf([...models, baseline]);
  const bill = new Bill(costOf);
  const pending = new Map(faults);
  const provider = await startProvider({
    models,
    answerOf: (model, prompt) => answerOf(model, prompt) ?? { inputTokens: 0, outputTokens: 0 },
    faultOf(prompt) {
      const fault = pending.get(prompt);
      pending.delete(prompt); // only the first call for a prompt goes wrong
      return fault;
    },
    onCall: (call) => bill.add(call),
  });
  return {
    client: new OpenAI({ ...QUIET, baseURL: provider.url, apiKey: 'none', organization: null, project: null }),
    models: models.map(({ name, price }) => ({ name, price })),
    baseline: baseline.name,
    costOf,
    qualityOf: (model, prompt) => answerOf(model, prompt)?.quality ?? null,
    baselineAnswer: (request) => request.baseline,
    spendByModel: bill.spendByModel,
    billing:
      'The provider bills finished answers in full, also late ones; a call that was given up is billed for its input and for ' +
      'what had been written by then; an error costs nothing.',
    close: () => provider.close(),
  };
}

export interface RealEndpointOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly models: readonly string[];
  readonly baseline: string;
  /** @defaultValue the bundled list */
  readonly prices?: OwnPrices | undefined;
}

const CHECK_TIMEOUT_MS = 10_000;

/**
 * Uses an endpoint that speaks OpenAI's protocol.
 *
 * @throws UsageError in one sentence if it does not answer, refuses the key, or does not serve a model
 */
export async function realEndpoint({ url, apiKey, models, baseline, prices }: RealEndpointOptions): Promise<Endpoint> {
  const client = new OpenAI({ ...QUIET, baseURL: url, apiKey });
  const served = await servedModels(client, url);
  const missing = models.find((name) => served.length > 0 && !served.includes(name));
  if (missing !== undefined) {
    throw new UsageError(`${url} does not serve the model ${missing}; --models takes any of ${listed(served)}`);
  }
  return {
    client,
    models: models.map((name) => ({ name, price: prices?.byModel.get(name) })),
    baseline,
    costOf: (model, usage) => priceOf(usage, model, { prices: prices?.source })?.totalUsd ?? null,
    qualityOf: () => null,
    baselineAnswer: () => undefined,
    spendByModel: undefined,
    billing:
      'The spend is counted from the usage of the answers: what the endpoint charges for calls that failed or were given up is ' +
      'not in it. The baseline is an estimate: the tokens of the answers given, at the price of the baseline model.',
    close: async () => {},
  };
}

/** The models that an endpoint says it serves; none when it keeps no list. */
async function servedModels(client: OpenAI, url: string): Promise<readonly string[]> {
  try {
    const page = await client.models.list({ timeout: CHECK_TIMEOUT_MS });
    return page.data.map(({ id }) => id);
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    if (error instanceof AuthenticationError || error instanceof PermissionDeniedError) {
      throw new UsageError(`${url} refuses the key in OPENAI_API_KEY`, { cause: error });
    }
    const reason = error instanceof APIError && error.status !== undefined ? `status ${error.status}` : 'no connection';
    throw new UsageError(`${url} does not answer as an OpenAI endpoint does (${reason})`, { cause: error });
  }
}
