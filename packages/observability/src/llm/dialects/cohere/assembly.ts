import { field, isGiven, textField } from '../../fields.ts';
import { Gathering, inexact, itemsOf, objectOf, type Rules, without } from '../gathering.ts';
import { eitherField, snakeOf } from '../spelling.ts';

/** The whole answer that the events of one stream make. */
export function assembleCohere(events: readonly unknown[]): object {
  const last = events.at(-1);
  if (eitherField(last, 'eventType') === 'stream-end') return firstVersion(last);
  return field(last, 'type') === 'message-end' ? secondVersion(events) : inexact();
}

/** The last event of the first version holds the whole answer. */
function firstVersion(end: unknown): object {
  const name = field(end, 'finishReason') === undefined ? 'finish_reason' : 'finishReason';
  return { ...objectOf(field(end, 'response')), [name]: field(end, name) };
}

/** The lists of a message, by the kind of events that tell their items. */
const LISTS: Readonly<Record<string, string>> = { content: 'content', 'tool-call': 'toolCalls', citation: 'citations' };

/** What deltas add to an item of a list. */
const ITEM: Rules = {
  text: 'text',
  thinking: 'text',
  type: 'same',
  function: () => new Gathering({ arguments: 'text' }),
};

function secondVersion(events: readonly unknown[]): object {
  const end = objectOf(field(events.at(-1), 'delta'));
  const spelled = spellingOf(end);
  if (isGiven(end['error']) || field(events[0], 'type') !== 'message-start') inexact();
  const lists = new Map<string, Map<unknown, Gathering>>();
  let plan = '';
  for (const event of events.slice(1, -1)) {
    const delta = field(event, 'delta');
    const [kind = '', phase] = textField(event, 'type')?.split(/-(?=[a-z]+$)/) ?? [];
    if (field(event, 'logprobs') !== undefined || field(delta, 'logprobs') !== undefined) inexact();
    if (kind === 'tool-plan') {
      plan += textField(field(delta, 'message'), spelled('toolPlan')) ?? '';
      continue;
    }
    const name = spelled((Object.hasOwn(LISTS, kind) && LISTS[kind]) || inexact());
    if (phase === 'end') continue;
    const items = lists.get(name) ?? new Map<unknown, Gathering>();
    const index = field(event, 'index');
    const hasBegun = items.has(index);
    if (typeof index !== 'number' || hasBegun !== (phase === 'delta')) inexact();
    const item = items.get(index) ?? new Gathering(ITEM);
    lists.set(name, items.set(index, item.add(field(field(delta, 'message'), name))));
  }
  const wholes = Array.from(lists, ([name, items]) => [name, Array.from(items.values(), (item) => item.whole())]);
  const id = textField(events[0], 'id') ?? textField(events.at(-1), 'id');
  return {
    ...(id !== undefined && { id }),
    ...end,
    message: { role: 'assistant', ...(plan !== '' && { [spelled('toolPlan')]: plan }), ...Object.fromEntries(wholes) },
  };
}

/** How an answer spells the names of its fields: as the API, or as its client. */
function spellingOf(answer: object): (name: string) => string {
  return Object.hasOwn(answer, 'finishReason') ? (name) => name : snakeOf;
}

/** The events of a stream of an answer of the second version. */
export function eventsOfCohere(whole: Record<string, unknown>): object[] {
  const spelled = spellingOf(whole);
  const [toolPlan, toolCalls] = [spelled('toolPlan'), spelled('toolCalls')];
  const { id, message, ...end } = whole;
  const { role, content, citations, [toolPlan]: plan, [toolCalls]: calls } = objectOf(message);
  const named = id === undefined ? {} : { id };
  const about = (type: string, name: string, part: unknown): object => ({ type, delta: { message: { [name]: part } } });
  return [
    { type: 'message-start', ...named, delta: { message: { role } } },
    ...(typeof plan === 'string' && plan !== '' ? [about('tool-plan-delta', toolPlan, plan)] : []),
    ...itemsOf(calls ?? []).flatMap((call, index) => [
      { ...about('tool-call-start', toolCalls, call), index },
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
    { type: 'message-end', ...named, delta: end },
  ];
}
