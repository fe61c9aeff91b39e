import { BaseCallbackHandler, type HandleLLMNewTokenCallbackFields } from '@langchain/core/callbacks/base';
import type { Serialized } from '@langchain/core/load/serializable';
import type { BaseMessage } from '@langchain/core/messages';
import type { LLMResult } from '@langchain/core/outputs';
import { type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import {
  backgroundClock,
  currentContext,
  isAsyncIterable,
  nameOption,
  type OptionRules,
  readOptions,
  systemClock,
} from 'tta-dev-primitives/internal';
import type { LlmOperation } from '../../llm/call/facts.ts';
import { modelCall } from '../../llm/call/model-call.ts';
import { objectField, textField } from '../../llm/fields.ts';
import { type PriceSource, priceSourceOption } from '../../llm/money/price-source.ts';
import { executeAround } from '../context-around.ts';
import { providerNamed } from '../model/provider-named.ts';
import { OBSERVED } from './observe.ts';
import { ObservedRun } from './observed-run.ts';
import { plainMessage } from './plain-message.ts';

export interface TtaCallbacksOptions {
  /** Whose calls they are. @defaultValue the tenant of `runInContext` */
  readonly tenantId?: string | undefined;
  /** Where prices come from. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
}

const RULES = { tenantId: nameOption, prices: priceSourceOption } satisfies OptionRules<TtaCallbacksOptions>;

type Fields = Readonly<Record<string, unknown>>;

/** A handler of callbacks that states each run of a model as a model call. {@link ttaCallbacks} makes one. */
export class TtaCallbacks extends BaseCallbackHandler {
  override name = 'tta';
  /** Runs are told as they happen, and in the context of their caller. */
  override awaitHandlers = true;
  readonly #options: TtaCallbacksOptions;
  readonly #runs = new Map<string, ObservedRun>();

  /** @internal */
  constructor(options: TtaCallbacksOptions = {}) {
    super();
    this.#options = options;
  }

  override handleChatModelStart(
    _model: Serialized,
    prompts: BaseMessage[][],
    runId: string,
    _parent?: string,
    extra?: Fields,
    _tags?: string[],
    metadata?: Fields,
  ): void {
    if (metadata?.[OBSERVED] === true) return; // its own workflow states its calls
    const messages = (prompts[0] ?? []).map(plainMessage);
    this.#begin(runId, 'chat', { ...namesIn(extra, metadata), messages });
  }

  override handleLLMStart(
    _model: Serialized,
    [prompt]: string[],
    runId: string,
    _parent?: string,
    extra?: Fields,
    _tags?: string[],
    metadata?: Fields,
  ): void {
    const messages = [{ role: 'user', content: prompt }];
    this.#begin(runId, 'text_completion', { ...namesIn(extra, metadata), messages });
  }

  override handleLLMNewToken(
    _token: string,
    _index: unknown,
    runId: string,
    _parent?: string,
    _tags?: string[],
    fields?: HandleLLMNewTokenCallbackFields,
  ): void {
    if (fields?.chunk !== undefined) this.#runs.get(runId)?.add(fields.chunk);
  }

  override handleLLMEnd(output: LLMResult, runId: string, _parent?: string, _tags?: string[], extra?: Fields): void {
    this.#runs.get(runId)?.end(extra?.['cached'] === true ? CACHED : output);
    this.#runs.delete(runId);
  }

  override handleLLMError(error: unknown, runId: string): void {
    this.#runs.get(runId)?.fail(error);
    this.#runs.delete(runId);
  }

  #begin(runId: string, operation: LlmOperation, request: RunRequest): void {
    const { tenantId, prices } = this.#options;
    const clock = backgroundClock(currentContext()?.clock ?? systemClock);
    const run = new ObservedRun(clock);
    this.#runs.set(runId, run);
    const { provider, model } = request;
    const call = modelCall(new RunPrimitive(run), { provider, model, prices, operation });
    const init = { name: 'langchain', tenantId, signal: run.signal, metadata: <T>(around: T) => around };
    void executeAround<RunRequest, object>(call, request, init)
      .then(readAll)
      .catch(() => {}) // the caller of the model gets its error
      .finally(() => this.#runs.delete(runId));
  }
}

/**
 * Callbacks for models of LangChain, which count the tokens and the cost of every run once: as metrics, spans, reports and entries of a
 * ledger. They change nothing. Runs of models that `observe` or `routedChatModel` has made are left to those, and hits of LangChain's own
 * cache are counted as hits that cost nothing.
 *
 * @throws TypeError or RangeError that names the option if an option is wrong
 * @example
 * ```ts
 * const answer = await chain.invoke(input, { callbacks: [ttaCallbacks()] });
 * ```
 */
export function ttaCallbacks(options: TtaCallbacksOptions = {}): TtaCallbacks {
  return new TtaCallbacks(readOptions<TtaCallbacksOptions, typeof RULES>('ttaCallbacks', options, RULES));
}

/** What a run is known to ask. */
interface RunRequest {
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly invocationParams: object;
  readonly messages: readonly object[];
}

function namesIn(extra: Fields = {}, metadata: Fields = {}): Omit<RunRequest, 'messages'> {
  const invocationParams = objectField(extra, 'invocation_params') ?? {};
  const model = textField(metadata, 'ls_model_name') ?? textField(invocationParams, 'model');
  return { model, provider: providerNamed(textField(metadata, 'ls_provider')), invocationParams };
}

/** Stands for an answer of LangChain's own cache. */
const CACHED = {};

/** Gives what a run answers. */
class RunPrimitive extends WorkflowPrimitive<RunRequest, object> {
  override readonly kind = 'langchain_run';
  readonly #run: ObservedRun;

  constructor(run: ObservedRun) {
    super('langchain');
    this.#run = run;
  }

  protected override async run(_request: RunRequest, _context: WorkflowContext, step: RunningStep): Promise<object> {
    const answer = await this.#run.answer;
    if (answer === CACHED) {
      step.note('cache.operation', this.name);
      step.note('cache.outcome', 'hit');
      step.note('cache.unpriced', true);
    }
    return answer;
  }
}

/** A call ends with its stream, which has no other reader. */
async function readAll(answer: unknown): Promise<void> {
  if (!isAsyncIterable(answer)) return;
  for await (const _chunk of answer);
}
