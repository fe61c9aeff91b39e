import { Runnable, type RunnableConfig } from '@langchain/core/runnables';
import { concat } from '@langchain/core/utils/stream';
import { WorkflowPrimitive } from 'tta-dev-primitives';
import { isAsyncIterable, nameOption, type OptionRules, readOptions, refusal } from 'tta-dev-primitives/internal';
import { executeAround } from '../context-around.ts';

export interface ToRunnableOptions {
  /** Whose work it is. @defaultValue the tenant of `runInContext` */
  readonly tenantId?: string | undefined;
}

const RULES = { tenantId: nameOption } satisfies OptionRules<ToRunnableOptions>;

/** A primitive as a Runnable of LangChain. {@link toRunnable} makes one. */
export class PrimitiveRunnable<I, O> extends Runnable<I, O> {
  override lc_namespace: string[] = ['tta', 'runnables'];
  readonly #primitive: WorkflowPrimitive<I, unknown>;
  readonly #tenantId: string | undefined;

  /** @internal */
  constructor(primitive: WorkflowPrimitive<I, unknown>, tenantId: string | undefined) {
    super();
    this.name = primitive.name;
    this.#primitive = primitive;
    this.#tenantId = tenantId;
  }

  static override lc_name(): string {
    return 'PrimitiveRunnable';
  }

  override invoke(input: I, options?: Partial<RunnableConfig>): Promise<O> {
    const run = async (given: I, config?: Partial<RunnableConfig>): Promise<O> => {
      const output = await this.#execute(given, config);
      return (isAsyncIterable(output) ? await joined(output) : output) as O; // as the primitive gives it
    };
    return this._callWithConfig(run, input, options);
  }

  override async *_streamIterator(input: I, options?: Partial<RunnableConfig>): AsyncGenerator<O> {
    const run = this.#stream.bind(this);
    yield* this._transformStreamWithConfig(
      only(input),
      (inputs, _manager, config) => run(inputs, config),
      options ?? {},
    );
  }

  async *#stream(inputs: AsyncGenerator<I>, config?: Partial<RunnableConfig>): AsyncGenerator<O> {
    for await (const input of inputs) {
      const output = await this.#execute(input, config);
      if (isAsyncIterable(output)) yield* output as AsyncIterable<O>;
      else yield output as O;
    }
  }

  #execute(input: I, { signal, metadata: own }: Partial<RunnableConfig> = {}): Promise<unknown> {
    const metadata = (around: object) => ({ ...around, ...own });
    return executeAround(this.#primitive, input, { name: 'langchain', tenantId: this.#tenantId, signal, metadata });
  }
}

/**
 * A primitive as a Runnable of LangChain, for `pipe`, `RunnableSequence` and nodes of LangGraph. The signal and the metadata of a run reach
 * the context of the primitive. A stream that the primitive gives is streamed; `invoke` joins its chunks.
 *
 * @throws TypeError if it is no primitive, or an option is wrong
 * @example
 * ```ts
 * const chain = prompt.pipe(model).pipe(toRunnable(new TimeoutPrimitive(check, { timeoutMs: 5_000 })));
 * ```
 */
export function toRunnable<I, O>(
  primitive: WorkflowPrimitive<I, O>,
  options: ToRunnableOptions = {},
): PrimitiveRunnable<I, O extends AsyncIterable<infer Chunk> ? Chunk : O> {
  if (!(primitive instanceof WorkflowPrimitive)) {
    throw new TypeError(refusal('toRunnable', 'primitive', primitive, 'a WorkflowPrimitive'));
  }
  const { tenantId } = readOptions<ToRunnableOptions, typeof RULES>('toRunnable', options, RULES);
  return new PrimitiveRunnable(primitive, tenantId);
}

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** The chunks of a stream as one value, as LangChain joins them. */
async function joined(chunks: AsyncIterable<unknown>): Promise<unknown> {
  let all: unknown;
  for await (const chunk of chunks) all = all === undefined ? chunk : concat(all as string, chunk as string);
  return all;
}
