import { field, textField } from '../../fields.ts';
import { exactChunks } from '../exact-chunks.ts';
import { exactly, inexact, itemsOf, objectOf, without } from '../gathering.ts';
import { spelled } from './spelling.ts';

/** How the fields of an answer are spelled: by the API, and by its client. */
const SNAKE = { finish: 'finish_reason', toolPlan: 'tool_plan', toolCalls: 'tool_calls' } as const;
const CAMEL = { finish: 'finishReason', toolPlan: 'toolPlan', toolCalls: 'toolCalls' } as const;

type Spelling = typeof SNAKE | typeof CAMEL;

/** The whole answer that the events of one stream make. */
export function assembleCohere(events: readonly unknown[]): object | undefined {
  return exactly(() => assemble(events));
}

/** The events of a stream of an answer of the second version. */
export function chunksOfCohere(whole: unknown, includeUsage: boolean): readonly object[] | undefined {
  return exactChunks({ assemble, take }, whole, includeUsage);
}

function assemble(events: readonly unknown[]): object {
  const last = events.at(-1);
  if (spelled(last, 'event_type', 'eventType') === 'stream-end') return firstVersion(last);
  return field(last, 'type') === 'message-end' ? secondVersion(events) : inexact();
}

/** The last event of the first version holds the whole answer. */
function firstVersion(end: unknown): object {
  const name = field(end, 'finishReason') === undefined ? 'finish_reason' : 'finishReason';
  return { ...objectOf(field(end, 'response')), [name]: field(end, name) };
}

function secondVersion(events: readonly unknown[]): object {
  const end = objectOf(field(events.at(-1), 'delta'));
  const spelling = Object.hasOwn(end, 'finishReason') ? CAMEL : SNAKE;
  if ((end['error'] ?? null) !== null || field(events[0], 'type') !== 'message-start') inexact();
  const message = new MessageParts(spelling);
  for (const event of events.slice(1, -1)) message.add(event);
  const id = textField(events[0], 'id') ?? textField(events.at(-1), 'id');
  return { ...(id === undefined ? {} : { id }), ...end, message: message.whole() };
}

/** Gathers the parts of a message, each by its index. */
class MessageParts {
  readonly #spelling: Spelling;
  readonly #content = new Map<unknown, Record<string, unknown>>();
  readonly #toolCalls = new Map<unknown, Record<string, unknown>>();
  readonly #citations = new Map<unknown, Record<string, unknown>>();
  #toolPlan = '';

  constructor(spelling: Spelling) {
    this.#spelling = spelling;
  }

  add(event: unknown): void {
    const delta = field(event, 'delta');
    const message = field(delta, 'message');
    const index = field(event, 'index');
    if (field(event, 'logprobs') !== undefined || field(delta, 'logprobs') !== undefined) inexact();
    switch (field(event, 'type')) {
      case 'content-start':
        begin(this.#content, index, field(message, 'content'));
        break;
      case 'content-delta':
        extend(this.#content.get(index), field(message, 'content'));
        break;
      case 'tool-plan-delta':
        this.#toolPlan += textField(message, this.#spelling.toolPlan) ?? '';
        break;
      case 'tool-call-start':
        begin(this.#toolCalls, index, field(message, this.#spelling.toolCalls));
        break;
      case 'tool-call-delta':
        this.#addArguments(index, field(message, this.#spelling.toolCalls));
        break;
      case 'citation-start':
        begin(this.#citations, index, field(message, 'citations'));
        break;
      case 'content-end':
      case 'tool-call-end':
      case 'citation-end':
        break;
      default:
        inexact();
    }
  }

  whole(): object {
    const lists = { content: this.#content, [this.#spelling.toolCalls]: this.#toolCalls, citations: this.#citations };
    const given = Object.entries(lists).filter(([, parts]) => parts.size > 0);
    return {
      role: 'assistant',
      ...(this.#toolPlan === '' ? {} : { [this.#spelling.toolPlan]: this.#toolPlan }),
      ...Object.fromEntries(given.map(([name, parts]) => [name, [...parts.values()]])),
    };
  }

  #addArguments(index: unknown, delta: unknown): void {
    const call = this.#toolCalls.get(index) ?? inexact();
    const called = { ...objectOf(call['function']) };
    extend(called, field(delta, 'function'));
    call['function'] = called;
  }
}

function begin(parts: Map<unknown, Record<string, unknown>>, index: unknown, part: unknown): void {
  if (typeof index !== 'number' || parts.has(index)) inexact();
  parts.set(index, { ...objectOf(part) });
}

/** Adds pieces of texts to the texts of a part. */
function extend(part: Record<string, unknown> | undefined, delta: unknown): void {
  const known = part ?? inexact();
  for (const [name, piece] of Object.entries(objectOf(delta))) {
    const before = known[name] ?? '';
    if (name === 'type' && piece === before) continue;
    known[name] = typeof before === 'string' && typeof piece === 'string' ? before + piece : inexact();
  }
}

function take(whole: Record<string, unknown>): object[] {
  const spelling = Object.hasOwn(whole, 'finishReason') ? CAMEL : SNAKE;
  const { id, message, ...end } = whole;
  const { role, content, citations, [spelling.toolPlan]: plan, [spelling.toolCalls]: calls } = objectOf(message);
  const about = (type: string, name: string, part: unknown): object => ({ type, delta: { message: { [name]: part } } });
  return [
    { type: 'message-start', ...(id === undefined ? {} : { id }), delta: { message: { role } } },
    ...(typeof plan === 'string' && plan !== '' ? [about('tool-plan-delta', spelling.toolPlan, plan)] : []),
    ...itemsOf(calls ?? []).flatMap((call, index) => [
      { ...about('tool-call-start', spelling.toolCalls, call), index },
      { type: 'tool-call-end', index },
    ]),
    ...itemsOf(content ?? []).flatMap((part, index) => [
      { ...about('content-start', 'content', { type: field(part, 'type') }), index },
      { ...about('content-delta', 'content', without(objectOf(part), 'type')), index },
      { type: 'content-end', index },
    ]),
    ...itemsOf(citations ?? []).flatMap((citation, index) => [
      { ...about('citation-start', 'citations', citation), index },
      { type: 'citation-end', index },
    ]),
    { type: 'message-end', ...(id === undefined ? {} : { id }), delta: end },
  ];
}
