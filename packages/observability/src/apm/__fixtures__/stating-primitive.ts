import { type NoteFact, WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';

type Work<O> = (note: NoteFact, context: WorkflowContext) => O | PromiseLike<O>;

/** A primitive that states what it is told to state. */
class StatingPrimitive<O> extends WorkflowPrimitive<undefined, O> {
  override readonly kind: string;
  readonly #work: Work<O>;

  constructor(kind: string, name: string, work: Work<O>) {
    super(name);
    this.kind = kind;
    this.#work = work;
  }

  protected run(_input: undefined, context: WorkflowContext, { note }: { note: NoteFact }): O | PromiseLike<O> {
    return this.#work(note, context);
  }
}

export function stating<O>(kind: string, name: string, work: Work<O>): WorkflowPrimitive<undefined, O> {
  return new StatingPrimitive(kind, name, work);
}

/** Runs such a primitive once. */
export function state<O>(kind: string, work: Work<O>, context: WorkflowContext = new WorkflowContext()): Promise<O> {
  return stating(kind, kind, work).execute(undefined, context);
}

/** Every chunk of a stream. */
export async function allOf<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}
