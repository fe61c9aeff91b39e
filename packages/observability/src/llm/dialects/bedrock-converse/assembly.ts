import { field } from '../../fields.ts';
import { Gathering, inexact, itemsOf, objectOf, without } from '../gathering.ts';

type Block = Record<string, unknown>;

const ALIKE = { mayRepeat: true };

/** Gathers an answer out of the events of its stream. */
export function assembleConverse(events: readonly unknown[]): object {
  const blocks: BlockGathering[] = [];
  const answer = new Gathering({ usage: 'dropped' }, ALIKE);
  const message = new Gathering({}, ALIKE);
  const once = new Set<string>();
  const blockAt = (event: unknown): BlockGathering => {
    const index = Number(field(event, 'contentBlockIndex'));
    if (index === blocks.length && blocks.at(-1)?.hasStopped !== false) blocks.push(new BlockGathering());
    return blocks[index] ?? inexact();
  };
  let usage: object | undefined;
  for (const event of events) {
    const [name, body] = onlyField(event);
    const isAgain = once.has(name);
    if (!name.startsWith('contentBlock')) once.add(name);
    if (isAgain) inexact();
    switch (name) {
      case 'messageStart':
        message.add(body);
        break;
      case 'contentBlockStart':
        blockAt(body).start(objectOf(field(body, 'start')));
        break;
      case 'contentBlockDelta':
        blockAt(body).addDelta(field(body, 'delta'));
        break;
      case 'contentBlockStop':
        blockAt(body).stop();
        break;
      case 'metadata':
        usage = objectOf(field(body, 'usage'));
        answer.add(body);
        break;
      case 'messageStop':
        answer.add(body);
        break;
      default:
        inexact();
    }
  }
  if (!once.has('messageStart') || !once.has('messageStop') || usage === undefined) inexact();
  const content = blocks.map((block) => block.whole());
  return { output: { message: { ...message.whole(), content } }, ...answer.whole(), usage };
}

/** The name and the value of the one field that an event or a delta has. */
function onlyField(value: unknown): [string, unknown] {
  const [only = inexact(), ...others] = Object.entries(objectOf(value));
  return others.length > 0 ? inexact() : only;
}

/** What deltas tell in pieces of text: the kind of a block, and the field within it. */
const PIECES: ReadonlySet<string> = new Set([
  'text.text',
  'toolUse.input',
  'reasoningContent.text',
  'reasoningContent.signature',
]);

/** One block of content, which is of the kind that its first part has: parts of two kinds cannot be separated. */
class BlockGathering extends Gathering {
  #kind: string | undefined;
  hasStopped = false;

  constructor() {
    const toolUse = (): Gathering => new Gathering({ input: 'text' });
    const reasoningContent = (): Gathering => new Gathering({ text: 'text' }); // a signature comes once
    super({ text: 'text', toolUse, reasoningContent });
  }

  start(start: Block): void {
    const [kind, part] = onlyField(start);
    if (this.#kind !== undefined || !part) inexact();
    this.#kind = kind;
    this.add(start);
  }

  stop(): void {
    if (this.hasStopped || this.#kind === undefined) inexact();
    this.hasStopped = true;
  }

  addDelta(delta: unknown): void {
    const [kind, piece] = onlyField(delta);
    const [name, text] = kind === 'text' ? [kind, piece] : onlyField(piece);
    if (this.hasStopped || typeof text !== 'string' || !PIECES.has(`${kind}.${name}`)) inexact();
    if (kind !== (this.#kind ?? (kind === 'toolUse' ? inexact() : kind))) inexact(); // a call of a tool starts with its name
    this.#kind = kind;
    this.add(delta);
  }

  override whole(): Block {
    if (!this.hasStopped) inexact();
    const { toolUse, reasoningContent, ...others } = super.whole();
    if (reasoningContent !== undefined) return { reasoningContent: { reasoningText: reasoningContent } };
    const input = field(toolUse, 'input');
    if (typeof input !== 'string') return toolUse === undefined ? others : { toolUse };
    return { toolUse: { ...objectOf(toolUse), input: input === '' ? {} : (JSON.parse(input) as unknown) } };
  }
}

/** The events of an answer: each block in one event. */
export function eventsOfConverse(whole: Record<string, unknown>): object[] {
  const { output, stopReason, additionalModelResponseFields, ...metadata } = whole;
  const { content, ...head } = objectOf(field(output, 'message'));
  const extra = additionalModelResponseFields === undefined ? {} : { additionalModelResponseFields };
  return [
    { messageStart: head },
    ...itemsOf(content).flatMap((block, index) => eventsOfBlock(objectOf(block), index)),
    { messageStop: { stopReason, ...extra } },
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
