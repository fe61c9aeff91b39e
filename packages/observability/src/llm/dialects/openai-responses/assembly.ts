import { countField, field, listOf, textField } from '../../fields.ts';
import { inexact, itemsOf, objectOf, without } from '../gathering.ts';

/** Events that hold the response as it ended; `response.done` is of the Realtime API. */
const FINAL = /^response\.(?:completed|incomplete|failed|cancelled|done)$/;

export function isFinalEvent(event: unknown): boolean {
  return FINAL.test(textField(event, 'type') ?? '');
}

/**
 * The response that the last event of its stream holds. The client adds `output_text` to a whole response and not to the one in an
 * event; so it is added here. Items that a gateway left out of that event are taken from the events that ended them.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function assembleResponse(events: readonly unknown[]): object {
  if (events.some((event) => field(event, 'type') === 'error')) inexact();
  const [final, ...others] = events.filter(isFinalEvent);
  if (others.length > 0) inexact();
  const response = objectOf(field(final, 'response'));
  const output = listOf(response['output']);
  const whole = output.length > 0 ? response : { ...response, output: endedItems(events) };
  return { ...whole, output_text: outputText(whole) };
}

/** The items that ended, in their order; a position that is missing or doubled cannot be explained. */
function endedItems(events: readonly unknown[]): readonly unknown[] {
  const ended = events.filter((event) => field(event, 'type') === 'response.output_item.done');
  const items: unknown[] = [];
  for (const event of ended) items[countField(event, 'output_index') ?? inexact()] = field(event, 'item');
  return Object.keys(items).length === ended.length && items.length === ended.length ? items : inexact();
}

function outputText(response: Record<string, unknown>): string {
  return itemsOf(response['output'])
    .flatMap((item) => (field(item, 'type') === 'message' ? itemsOf(field(item, 'content')) : []))
    .filter((part) => field(part, 'type') === 'output_text')
    .map((part) => String(field(part, 'text')))
    .join('');
}

type Event = Record<string, unknown>;

/** The events of a response: each item is added, told at once and done, as its kind is streamed; then the response is completed. */
export function eventsOfResponse(whole: Record<string, unknown>): object[] {
  if (whole['status'] !== 'completed') inexact();
  if (whole['output_text'] && whole['output_text'] !== outputText(whole)) inexact(); // a text that no event would hold
  const response = without(whole, 'output_text');
  const begun = { ...without(response, 'usage', 'completed_at'), status: 'in_progress', output: [] };
  const events: Event[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...itemsOf(whole['output']).flatMap((item, index) => eventsOfItem(objectOf(item), index)),
    { type: 'response.completed', response },
  ];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

function eventsOfItem(item: Event, output_index: number): Event[] {
  const about = { item_id: item['id'], output_index };
  const { begun, within } = streamedItem(item, about);
  return [
    {
      type: 'response.output_item.added',
      output_index,
      item: { ...item, ...('status' in item && { status: 'in_progress' }), ...begun },
    },
    ...within,
    { type: 'response.output_item.done', output_index, item },
  ];
}

/** How the fields of an item begin, and the events that tell them. */
function streamedItem(item: Event, about: object): { readonly begun: object; readonly within: readonly Event[] } {
  const { type, name, content, summary, arguments: told, input } = item;
  const partsOf = (parts: unknown, index: string, eventsOf: (part: Event, about: object) => Event[]): Event[] =>
    itemsOf(parts).flatMap((part, position) => eventsOf(objectOf(part), { ...about, [index]: position }));
  switch (type) {
    case 'message':
      return { begun: { content: [] }, within: partsOf(content, 'content_index', eventsOfPart) };
    case 'reasoning':
      return { begun: { summary: [] }, within: partsOf(summary, 'summary_index', eventsOfSummary) };
    case 'function_call':
      return {
        begun: { arguments: '' },
        within: toldAtOnce('function_call_arguments', about, told, { name, arguments: told }),
      };
    case 'custom_tool_call':
      return { begun: { input: '' }, within: toldAtOnce('custom_tool_call_input', about, input, { input }) };
    default:
      return { begun: {}, within: [] };
  }
}

/** The events of a text that is sent at once. */
function toldAtOnce(name: string, about: object, delta: unknown, done: object): [Event, Event] {
  return [
    { type: `response.${name}.delta`, ...about, delta },
    { type: `response.${name}.done`, ...about, ...done },
  ];
}

function eventsOfPart(part: Event, about: object): Event[] {
  const { type, text, refusal, logprobs = [], annotations } = part;
  const around = (begun: object, within: readonly Event[]): Event[] => [
    { type: 'response.content_part.added', ...about, part: { ...part, ...begun } },
    ...within,
    { type: 'response.content_part.done', ...about, part },
  ];
  if (type === 'refusal') return around({ refusal: '' }, toldAtOnce('refusal', about, refusal, { refusal }));
  if (type !== 'output_text') return around({}, []);
  const cited = itemsOf(annotations ?? []).map((annotation, annotation_index) => ({
    type: 'response.output_text.annotation.added',
    ...about,
    annotation_index,
    annotation,
  }));
  const [delta, done] = toldAtOnce('output_text', { ...about, logprobs }, text, { text });
  const begun = { text: '', annotations: [], ...('logprobs' in part && { logprobs: [] }) };
  return around(begun, [delta, ...cited, done]);
}

function eventsOfSummary(part: Event, about: object): Event[] {
  const { text } = part;
  return [
    { type: 'response.reasoning_summary_part.added', ...about, part: { ...part, text: '' } },
    ...toldAtOnce('reasoning_summary_text', about, text, { text }),
    { type: 'response.reasoning_summary_part.done', ...about, part },
  ];
}
