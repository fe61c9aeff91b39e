import { field } from '../../fields.ts';
import { Gathering, inexact, itemsOf, objectOf, without } from '../gathering.ts';

type Block = Record<string, unknown>;

const ALIKE = { mayRepeat: true };

/** Gathers an answer out of the events of its stream. */
export function assembleConverse(events: readonly unknown[]): object {
  const blocks: BlockGathering[] = [];
  const answer = new Gathering({ usage: 'dropped' }, ALIKE);
  const message = new Gathering({}, ALIKE);
  let usage: object | undefined;
  let hasStarted = false;
  let hasStopped = false;
  const blockAt = (event: unknown): BlockGathering => {
    const index = Number(field(event, 'contentBlockIndex'));
    if (index === blocks.length && blocks.at(-1)?.hasStopped !== false) blocks.push(new BlockGathering());
    return blocks[index] ?? inexact();
  };
  for (const event of events) {
    const [[name, body] = inexact(), ...others] = Object.entries(objectOf(event));
    if (others.length > 0) inexact();
    switch (name) {
      case 'messageStart':
        if (hasStarted) inexact();
        hasStarted = true;
        message.add(objectOf(body));
        break;
      case 'contentBlockStart':
        blockAt(body).start(objectOf(field(body, 'start')));
        break;
      case 'contentBlockDelta':
        blockAt(body).add(objectOf(field(body, 'delta')));
        break;
      case 'contentBlockStop':
        blockAt(body).stop();
        break;
      case 'messageStop':
        if (hasStopped) inexact();
        hasStopped = true;
        answer.add(objectOf(body));
        break;
      case 'metadata':
        if (usage !== undefined) inexact();
        usage = objectOf(field(body, 'usage'));
        answer.add(objectOf(body));
        break;
      default:
        inexact();
    }
  }
  if (!hasStarted || !hasStopped || usage === undefined) inexact();
  const content = blocks.map((block) => block.whole());
  return { output: { message: { ...message.whole(), content } }, ...answer.whole(), usage };
}

/** One block of content, which is of the kind that its first part has. */
class BlockGathering {
  #block: Block | undefined;
  #json: string | undefined;
  hasStopped = false;

  start(start: Block): void {
    if (this.#block !== undefined) inexact();
    this.#block = start;
  }

  stop(): void {
    if (this.hasStopped || this.#block === undefined) inexact();
    this.hasStopped = true;
  }

  add(delta: Block): void {
    const [[kind, piece] = inexact(), ...others] = Object.entries(delta);
    if (others.length > 0 || this.hasStopped) inexact();
    if (kind === 'text') this.#set({ text: this.#text('text') + textOf(piece) }, 'text');
    else if (kind === 'toolUse') this.#addInput(objectOf(piece));
    else if (kind === 'reasoningContent') this.#addReasoning(objectOf(piece));
    else inexact();
  }

  whole(): Block {
    if (!this.hasStopped || this.#block === undefined) inexact();
    if (this.#json === undefined) return this.#block;
    const input: unknown = this.#json === '' ? {} : JSON.parse(this.#json);
    return { toolUse: { ...objectOf(this.#block['toolUse']), input } };
  }

  #addInput(delta: Block): void {
    if (this.#block?.['toolUse'] === undefined || Object.keys(delta).length !== 1) inexact();
    this.#json = (this.#json ?? '') + textOf(delta['input']);
  }

  #addReasoning(delta: Block): void {
    const [[kind, piece] = inexact(), ...others] = Object.entries(delta);
    const known = this.#block?.['reasoningContent'] ?? {};
    if (others.length > 0 || (kind !== 'text' && kind !== 'signature')) inexact();
    const told = objectOf(field(known, 'reasoningText') ?? {});
    const before = told[kind];
    if (before !== undefined && kind === 'signature') inexact();
    const reasoningText = { ...told, [kind]: (typeof before === 'string' ? before : '') + textOf(piece) };
    this.#set({ reasoningContent: { reasoningText } }, 'reasoningContent');
  }

  #text(name: string): string {
    const text = this.#block?.[name] ?? '';
    return textOf(text);
  }

  /** Parts of two kinds under one index are two blocks that cannot be separated. */
  #set(block: Block, kind: string): void {
    if (this.#block !== undefined && !Object.hasOwn(this.#block, kind)) inexact();
    this.#block = block;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : inexact();
}

/** The events of an answer: each block in one event. */
export function eventsOfConverse(whole: Record<string, unknown>): object[] {
  const { output, stopReason, additionalModelResponseFields, ...metadata } = whole;
  const { content, ...head } = objectOf(field(output, 'message'));
  return [
    { messageStart: head },
    ...itemsOf(content).flatMap((block, index) => eventsOfBlock(objectOf(block), index)),
    {
      messageStop: {
        stopReason,
        ...(additionalModelResponseFields !== undefined && { additionalModelResponseFields }),
      },
    },
    { metadata },
  ];
}

function eventsOfBlock(block: Block, contentBlockIndex: number): object[] {
  const delta = (part: object): object => ({ contentBlockDelta: { contentBlockIndex, delta: part } });
  const stop = { contentBlockStop: { contentBlockIndex } };
  const { text, toolUse, reasoningContent } = block;
  if (text !== undefined) return [delta({ text }), stop];
  if (reasoningContent !== undefined) {
    const parts = Object.entries(objectOf(field(reasoningContent, 'reasoningText')));
    return [...parts.map(([name, part]) => delta({ reasoningContent: { [name]: part } })), stop];
  }
  const use = objectOf(toolUse);
  return [
    { contentBlockStart: { contentBlockIndex, start: { toolUse: without(use, 'input') } } },
    delta({ toolUse: { input: JSON.stringify(use['input']) } }),
    stop,
  ];
}
