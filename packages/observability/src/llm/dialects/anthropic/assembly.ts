import { field, listOf } from '../../fields.ts';
import { risen } from '../counts.ts';
import { Gathering, inexact, itemsOf, objectOf, type Rules, without } from '../gathering.ts';

/** What a `message_delta` tells beside `delta` and `usage` belongs to the message, which has not stopped when it begins. */
const MESSAGE: Rules = {
  type: 'dropped',
  usage: 'dropped',
  delta: 'dropped',
  content: 'dropped',
  stop_reason: 'latest',
  stop_sequence: 'latest',
  stop_details: 'latest',
  container: 'latest',
};

type Block = Record<string, unknown>;

/** Gathers a message out of the events of its stream. @see https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export function assembleMessage(events: readonly unknown[]): object {
  const blocks: BlockGathering[] = [];
  const message = new Gathering(MESSAGE, { mayRepeat: true });
  let usage: unknown;
  let hasStopped = false;
  for (const event of events) {
    const { type, index } = objectOf(event);
    switch (type) {
      case 'message_start': {
        const start = objectOf(field(event, 'message'));
        if (usage !== undefined || itemsOf(start['content']).length > 0) inexact();
        message.add(start);
        usage = objectOf(start['usage']);
        break;
      }
      case 'content_block_start':
        if (index !== blocks.length) inexact();
        blocks.push(new BlockGathering(objectOf(field(event, 'content_block'))));
        break;
      case 'content_block_delta':
        (blocks[Number(index)] ?? inexact()).add(objectOf(field(event, 'delta')));
        break;
      case 'message_delta':
        message.add(event).add(field(event, 'delta'));
        usage = risen(usage ?? inexact(), objectOf(field(event, 'usage') ?? {}));
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
  if (usage === undefined || !hasStopped) inexact();
  return { ...message.whole(), type: 'message', content: blocks.map((block) => block.whole()), usage };
}

/** One block of content: as it started, with what its deltas added. */
class BlockGathering {
  #block: Block;
  #json = '';

  constructor(start: Block) {
    this.#block = start;
  }

  add({ type, ...told }: Block): void {
    switch (type) {
      case 'text_delta':
        this.#append('text', told);
        break;
      case 'thinking_delta':
        this.#append('thinking', without(told, 'estimated_tokens')); // which are those of this delta alone
        break;
      case 'input_json_delta':
        if (!Object.hasOwn(this.#block, 'input')) inexact();
        this.#json += only(told, 'partial_json');
        break;
      case 'citations_delta':
        this.#set({ citations: [...itemsOf(this.#block['citations'] ?? []), only(told, 'citation')] });
        break;
      case 'signature_delta':
        this.#set({ signature: only(told, 'signature') });
        break;
      case 'compaction_delta':
        this.#set(told); // it tells the final values, and not pieces
        break;
      default:
        inexact();
    }
  }

  whole(): Block {
    return this.#json === '' ? this.#block : { ...this.#block, input: JSON.parse(this.#json) as unknown };
  }

  #append(name: string, told: Block): void {
    const before = this.#block[name];
    const piece = only(told, name);
    this.#set({ [name]: typeof before === 'string' && typeof piece === 'string' ? before + piece : inexact() });
  }

  #set(fields: object): void {
    this.#block = { ...this.#block, ...fields };
  }
}

/** The one field that a delta of its kind has; another one would get lost. */
function only(told: Block, name: string): unknown {
  return Object.keys(told).length === 1 && Object.hasOwn(told, name) ? told[name] : inexact();
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

/** The events of a message: each block starts, is sent at once and stops; then the message does. */
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
  const counts = Object.entries(usage).filter(([name]) => COUNTED_AT_THE_END.includes(name));
  return [
    { type: 'message_start', message: { ...start, usage: { ...usage, output_tokens: 0 } } },
    ...itemsOf(content).flatMap((block, index) => eventsOfBlock(objectOf(block), index)),
    { type: 'message_delta', delta: end, usage: Object.fromEntries(counts) },
    { type: 'message_stop' },
  ];
}

function eventsOfBlock(block: Block, index: number): object[] {
  const { start, deltas } = streamedBlock(block);
  return [
    { type: 'content_block_start', index, content_block: { ...block, ...start } },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

/** How a block is streamed: text, thoughts and the input of tools in deltas, everything else at its start. */
function streamedBlock(block: Block): { readonly start: object; readonly deltas: readonly object[] } {
  const { type, text, thinking, signature, input } = block;
  if (type === 'text') {
    const citations = listOf(block['citations']);
    return {
      start: { text: '', ...(citations.length > 0 && { citations: [] }) },
      deltas: [...citations.map((citation) => ({ type: 'citations_delta', citation })), { type: 'text_delta', text }],
    };
  }
  if (type === 'thinking') {
    const deltas = [
      { type: 'thinking_delta', thinking },
      { type: 'signature_delta', signature },
    ];
    return { start: { thinking: '', signature: '' }, deltas };
  }
  if (!String(type).endsWith('tool_use')) return { start: {}, deltas: [] };
  return { start: { input: {} }, deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }] };
}
