import { countField, field, listOf } from '../../fields.ts';
import { inexact, itemsOf, objectOf, without } from '../gathering.ts';
import { isFinalEvent } from './stream.ts';

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
    .filter((item) => field(item, 'type') === 'message')
    .flatMap((item) => itemsOf(field(item, 'content')))
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

function eventsOfItem(item: Record<string, unknown>, output_index: number): Event[] {
  const begun = { ...item, ...('status' in item && { status: 'in_progress' }) };
  const about = { item_id: item['id'], output_index };
  const around = (added: object, within: readonly Event[]): Event[] => [
    { type: 'response.output_item.added', output_index, item: added },
    ...within,
    { type: 'response.output_item.done', output_index, item },
  ];
  switch (item['type']) {
    case 'message':
      return around(
        { ...begun, content: [] },
        itemsOf(item['content']).flatMap((part, index) =>
          eventsOfPart(objectOf(part), { ...about, content_index: index }),
        ),
      );
    case 'reasoning':
      return around(
        { ...begun, summary: [] },
        itemsOf(item['summary']).flatMap((part, index) =>
          eventsOfSummary(objectOf(part), { ...about, summary_index: index }),
        ),
      );
    case 'function_call':
      return around({ ...begun, arguments: '' }, [
        { type: 'response.function_call_arguments.delta', ...about, delta: item['arguments'] },
        { type: 'response.function_call_arguments.done', ...about, name: item['name'], arguments: item['arguments'] },
      ]);
    case 'custom_tool_call':
      return around({ ...begun, input: '' }, [
        { type: 'response.custom_tool_call_input.delta', ...about, delta: item['input'] },
        { type: 'response.custom_tool_call_input.done', ...about, input: item['input'] },
      ]);
    default:
      return around(begun, []);
  }
}

function eventsOfPart(part: Record<string, unknown>, about: object): Event[] {
  const around = (added: object, within: readonly Event[]): Event[] => [
    { type: 'response.content_part.added', ...about, part: added },
    ...within,
    { type: 'response.content_part.done', ...about, part },
  ];
  const { text, refusal, logprobs = [] } = part;
  switch (part['type']) {
    case 'output_text':
      return around({ ...part, text: '', annotations: [], ...('logprobs' in part && { logprobs: [] }) }, [
        { type: 'response.output_text.delta', ...about, delta: text, logprobs },
        ...itemsOf(part['annotations'] ?? []).map((annotation, annotation_index) => ({
          type: 'response.output_text.annotation.added',
          ...about,
          annotation_index,
          annotation,
        })),
        { type: 'response.output_text.done', ...about, text, logprobs },
      ]);
    case 'refusal':
      return around({ ...part, refusal: '' }, [
        { type: 'response.refusal.delta', ...about, delta: refusal },
        { type: 'response.refusal.done', ...about, refusal },
      ]);
    default:
      return around(part, []);
  }
}

function eventsOfSummary(part: Record<string, unknown>, about: object): Event[] {
  const { text } = part;
  return [
    { type: 'response.reasoning_summary_part.added', ...about, part: { ...part, text: '' } },
    { type: 'response.reasoning_summary_text.delta', ...about, delta: text },
    { type: 'response.reasoning_summary_text.done', ...about, text },
    { type: 'response.reasoning_summary_part.done', ...about, part },
  ];
}
