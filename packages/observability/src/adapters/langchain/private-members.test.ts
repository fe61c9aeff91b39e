import { Embeddings } from '@langchain/core/embeddings';
import { SimpleChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage } from '@langchain/core/messages';
import { runInContext, withReport } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { observe } from './index.ts';

/** A chat model with private members, in methods, accessors and what LangChain asks it. */
class OwnModel extends SimpleChatModel {
  static readonly #instances = new WeakSet<object>();
  #client = { region: 'eu', asked: 0 };
  readonly #of = (value: unknown): boolean => value === this.#client;

  constructor() {
    super({});
    OwnModel.#instances.add(this);
  }

  get region(): string {
    return this.#client.region;
  }

  set region(region: string) {
    this.#client = { ...this.#client, region };
  }

  asked(): number {
    return this.#client.asked;
  }

  isOwn(): boolean {
    return #client in this && this.#of(this.#client);
  }

  async *regions(): AsyncGenerator<string> {
    yield this.#client.region;
  }

  /** It uses a private member through another method only, and asks the model. */
  async askedTwice(): Promise<number> {
    for (const text of ['Hi', 'Ho']) await this.invoke(text);
    return this.asked();
  }

  override invocationParams(): object {
    return { region: this.#client.region };
  }

  override bindTools(tools: unknown[]): ReturnType<NonNullable<SimpleChatModel['bindTools']>> {
    return this.withConfig({ tags: [`${this.#client.region}-${tools.length}`] });
  }

  override _llmType(): string {
    return 'own';
  }

  override async _call(_messages: BaseMessage[]): Promise<string> {
    this.#client.asked += 1;
    return 'Hello';
  }
}

class OwnEmbeddings extends Embeddings {
  #dimensions = 2;

  constructor() {
    super({});
  }

  get dimensions(): number {
    return this.#dimensions;
  }

  set dimensions(dimensions: number) {
    this.#dimensions = dimensions;
  }

  doubled(): number {
    return this.#dimensions * 2;
  }

  override async embedQuery(): Promise<number[]> {
    return Array.from({ length: this.#dimensions }, () => 0.5);
  }

  override async embedDocuments(texts: string[]): Promise<number[][]> {
    return Promise.all(texts.map(() => this.embedQuery()));
  }
}

describe('private members of a class', () => {
  it('are there for the methods and accessors of an observed chat model', async () => {
    const model = observe(new OwnModel());
    expect([model.region, model.asked(), model.isOwn(), model.invocationParams()]).toEqual([
      'eu',
      0,
      true,
      { region: 'eu' },
    ]);
    model.region = 'us';
    expect((await model.regions().next()).value).toBe('us');
    expect((await model.invoke('Hi')).text).toBe('Hello');
    expect(model.asked()).toBe(1);
  });

  it('leave the calls observed that other methods of the model make', async () => {
    const model = observe(new OwnModel());
    const { context, report } = withReport();
    expect(await runInContext(context, () => model.askedTwice())).toBe(2);
    expect((await report).attempts).toHaveLength(2);
  });

  it('leave a model with tools observed', async () => {
    const { context, report } = withReport();
    const bound = observe(new OwnModel()).bindTools([]);
    expect((await runInContext(context, () => bound.invoke('Hi'))).text).toBe('Hello');
    expect((await report).attempts).toHaveLength(1);
  });

  it('are there for a model that is observed twice', () => {
    expect(observe(observe(new OwnModel())).asked()).toBe(0);
  });

  it('leave the class of the model as it is', () => {
    const model = observe(new OwnModel());
    expect([model.constructor, model instanceof OwnModel]).toEqual([OwnModel, true]);
  });

  it('are there for an observed model of embeddings', async () => {
    const model = observe(new OwnEmbeddings());
    model.dimensions = 3;
    expect([model.dimensions, model.doubled(), await model.embedQuery()]).toEqual([3, 6, [0.5, 0.5, 0.5]]);
  });
});
