import { field } from '../../fields.ts';
import { Gathering, inexact, itemsOf, objectOf, type Rules, without } from '../gathering.ts';
import { risen } from '../rising-counts.ts';

/** What a `message_delta` tells beside `delta` and `usage` belongs to the message. */
const MESSAGE: Rules = { type: 'dropped', usage: 'dropped', delta: 'dropped', content: 'dropped' };

/** A message that begins has not stopped, whatever its start says. */
const ENDS: Rules = { stop_reason: 'latest', stop_sequence: 'latest', stop_details: 'latest', container: 'latest' };

const ALIKE = { mayRepeat: true };

type Block = Record<string, unknown>;

/** Gathers a message out of the events of its stream. @see https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export function assembleMessage(events: readonly unknown[]): object {
  const blocks: BlockGathering[] = [];
  const message = new Gathering({ ...MESSAGE, ...ENDS }, ALIKE);
  let usage: unknown = {};
  let hasStarted = false;
  let hasStopped = false;
  for (const event of events) {
    const { type, index } = objectOf(event);
    switch (type) {
      case 'message_start':
        if (hasStarted || itemsOf(field(field(event, 'message'), 'content')).length > 0) inexact();
        hasStarted = true;
        message.add(objectOf(field(event, 'message')));
        usage = objectOf(field(field(event, 'message'), 'usage'));
        break;
      case 'content_block_start':
        if (index !== blocks.length) inexact();
        blocks.push(new BlockGathering(objectOf(field(event, 'content_block'))));
        break;
      case 'content_block_delta':
        (blocks[Number(index)] ?? inexact()).add(objectOf(field(event, 'delta')));
        break;
      case 'message_delta':
        message.add(objectOf(event)).add(objectOf(field(event, 'delta')));
        usage = risen(usage, objectOf(field(event, 'usage') ?? {}));
        break;
      case 'message_stop':
        hasStopped = true;
        break;
      case 'content_block_stop':
      case 'ping':
        break;
      default:
        inexact();
    }
  }
  if (!hasStarted || !hasStopped) inexact();
  return { ...message.whole(), type: 'message', content: blocks.map((block) => block.whole()), usage };
}

/** One block of content: as it started, with what its deltas added. */
class BlockGathering {
  #block: Block;
  #json: string | undefined;

  constructor(start: Block) {
    this.#block = start;
  }

  add(delta: Record<string, unknown>): void {
    const { type, ...told } = delta;
    switch (type) {
      case 'text_delta':
        this.#append('text', told);
        return;
      case 'thinking_delta':
        this.#append('thinking', without(told, 'estimated_tokens')); // which are those of this delta alone
        return;
      case 'input_json_delta':
        if (!Object.hasOwn(this.#block, 'input')) inexact();
        this.#json = (this.#json ?? '') + this.#only(told, 'partial_json');
        return;
      case 'citations_delta':
        this.#only(told, 'citation');
        this.#set({ citations: [...itemsOf(this.#block['citations'] ?? []), told['citation']] });
        return;
      case 'signature_delta':
        this.#only(told, 'signature');
        this.#set(told);
        return;
      case 'compaction_delta':
        this.#set(told); // it tells the final values, and not pieces
        return;
      default:
        inexact();
    }
  }

  whole(): Block {
    return this.#json === undefined || this.#json === ''
      ? this.#block
      : { ...this.#block, input: JSON.parse(this.#json) as unknown };
  }

  #append(name: string, told: Record<string, unknown>): void {
    const before = this.#block[name];
    const piece = this.#only(told, name);
    if (typeof before !== 'string' || typeof piece !== 'string') inexact();
    this.#set({ [name]: `${before}${piece}` });
  }

  /** The one field that a delta of its kind has; another one would get lost. */
  #only(told: Record<string, unknown>, name: string): unknown {
    return Object.keys(told).length === 1 && Object.hasOwn(told, name) ? told[name] : inexact();
  }

  #set(fields: object): void {
    this.#block = { ...this.#block, ...fields };
  }
}

/** Counts that the end of a stream repeats, complete. */
const COUNTED_AT_THE_END = [
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
  'output_tokens_details',
  'server_tool_use',
];

/** The events of a message: each block starts, is told at once and stops; then the message does. */
export function eventsOfMessage(whole: Record<string, unknown>): object[] {
  const { content, stop_reason = null, stop_sequence = null, stop_details, container, ...head } = whole;
  const usage = objectOf(whole['usage']);
  const end = {
    ...('container' in whole && { container }),
    ...('stop_details' in whole && { stop_details }),
    stop_reason,
    stop_sequence,
  };
  const start = { ...head, ...Object.fromEntries(Object.keys(end).map((name) => [name, null])), content: [] };
  return [
    { type: 'message_start', message: { ...start, usage: { ...usage, output_tokens: 0 } } },
    ...itemsOf(content).flatMap((block, index) => eventsOfBlock(objectOf(block), index)),
    {
      type: 'message_delta',
      delta: end,
      usage: Object.fromEntries(COUNTED_AT_THE_END.filter((name) => name in usage).map((name) => [name, usage[name]])),
    },
    { type: 'message_stop' },
  ];
}

function eventsOfBlock(block: Block, index: number): object[] {
  const { start, deltas } = streamedBlock(block);
  return [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

/** How a block is streamed: text, thoughts and the input of tools in deltas, everything else at its start. */
function streamedBlock(block: Block): { readonly start: object; readonly deltas: readonly object[] } {
  const { type, text, thinking, signature, citations, input } = block;
  if (type === 'text') {
    const cited = Array.isArray(citations) && citations.length > 0 ? citations : [];
    return {
      start: { ...block, text: '', ...(cited.length > 0 && { citations: [] }) },
      deltas: [...cited.map((citation) => ({ type: 'citations_delta', citation })), { type: 'text_delta', text }],
    };
  }
  if (type === 'thinking') {
    return {
      start: { ...block, thinking: '', signature: '' },
      deltas: [
        { type: 'thinking_delta', thinking },
        { type: 'signature_delta', signature },
      ],
    };
  }
  if (!String(type).endsWith('tool_use')) return { start: block, deltas: [] };
  return {
    start: { ...block, input: {} },
    deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }],
  };
}
