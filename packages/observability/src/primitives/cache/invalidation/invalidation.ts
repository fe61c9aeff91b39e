import { type NoteFact, type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { refusal } from 'tta-dev-primitives/internal';
import type { EntryWriter } from '../entry-writer.ts';
import type { InvalidationKind } from '../facts.ts';
import type { Flights } from '../flight/flight.ts';
import type { RequestReader } from '../request/request-reader.ts';
import type { ReportingStore } from '../store/reporting-store.ts';
import type { Generations } from './generations.ts';

export interface InvalidationParts<I> {
  readonly operation: string;
  readonly store: ReportingStore;
  readonly flights: Flights;
  readonly requests: RequestReader<I>;
  readonly writer: EntryWriter<I>;
  readonly generations: Generations;
}

/** Makes stored answers unusable, and those that are being made in this process. */
export class Invalidation<I> {
  readonly #parts: InvalidationParts<I>;
  readonly #primitive: InvalidationPrimitive;

  constructor(parts: InvalidationParts<I>) {
    this.#parts = parts;
    this.#primitive = new InvalidationPrimitive(parts.operation);
  }

  /** @throws StoreError when the store cannot be used: the answers may still be there */
  byKey(input: I, context: WorkflowContext): Promise<void> {
    const { requests } = this.#parts;
    const invalidate = async (note: NoteFact): Promise<void> => {
      const request = await requests.read(input, context);
      if (typeof request !== 'string') await this.#forget(request.key.text, note);
    };
    return this.#primitive.execute({ kind: 'key', invalidate }, context);
  }

  /**
   * @throws StoreError when the store cannot be used: the answers may still be served
   * @throws TypeError if a tag is no text or empty
   */
  byTags(tag: string | readonly string[], context: WorkflowContext): Promise<void> {
    const { requests } = this.#parts;
    const tags = checkedTags(tag);
    const invalidate = async (note: NoteFact): Promise<void> => {
      await Promise.all(requests.tagKeys(tags, context).map((key) => this.#renew(key, note)));
    };
    return this.#primitive.execute({ kind: 'tag', invalidate }, context);
  }

  /** Calls that begin while the entry is being deleted are too old as well, so they are forbidden once more. */
  async #forget(key: string, note: NoteFact): Promise<void> {
    const { store, writer, flights } = this.#parts;
    flights.invalidate(key, 'invalidated');
    await writer.written(key);
    await store.delete(key, note);
    flights.invalidate(key, 'invalidated');
  }

  async #renew(key: string, note: NoteFact): Promise<void> {
    const { flights, generations } = this.#parts;
    await generations.renew(key, note);
    flights.invalidate(key, 'invalidated');
  }
}

function checkedTags(tag: unknown): readonly string[] {
  const tags: readonly unknown[] = Array.isArray(tag) ? tag : [tag];
  const wrong = tags.findIndex((one) => typeof one !== 'string' || one === '');
  if (wrong === -1) return tags as readonly string[];
  const option = Array.isArray(tag) ? `tag[${wrong}]` : 'tag';
  throw new TypeError(refusal('invalidateTag', option, tags[wrong], 'a text that is not empty'));
}

/** What is to be done to invalidate something, by whom it is observed like every other work. */
interface InvalidationTask {
  readonly kind: InvalidationKind;
  readonly invalidate: (note: NoteFact) => Promise<void>;
}

/** An invalidation as a piece of observed work, which is no execution of the cache. */
class InvalidationPrimitive extends WorkflowPrimitive<InvalidationTask, void> {
  override readonly kind = 'invalidation';
  readonly #operation: string;

  constructor(operation: string) {
    super(`invalidate(${operation})`); // no workflow of the cache's own name
    this.#operation = operation;
  }

  protected override async run(
    { kind, invalidate }: InvalidationTask,
    _context: WorkflowContext,
    { note }: RunningStep,
  ): Promise<void> {
    note('cache.operation', this.#operation);
    await invalidate(note);
    note('cache.invalidated', kind);
  }
}
