import { countField, field, isObject, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { draftOf, draftReader } from '../answer-draft.ts';
import type { Dialect, RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { billedUsdIn } from '../openai-usage/billed.ts';
import { imagesHttp } from '../openai-usage/http.ts';
import { openaiRequest } from '../openai-usage/request.ts';
import { usageIn } from '../openai-usage/usage.ts';
import { statedFailure } from '../stated-failure.ts';

/** Whether a value is a request for images: a text as `prompt`, for a model or at an address that makes images. */
export function isImageRequest(value: unknown): boolean {
  if (typeof field(value, 'prompt') !== 'string') return false;
  return /image|dall-e/i.test(textField(value, 'model') ?? '') || IMAGES_PATH.test(textField(value, 'url') ?? '');
}

const IMAGES_PATH = /\/images\/generations(?:\?|$)/;

const imagesRequest: RequestDialect = openaiRequest({
  is: isImageRequest,
  keepsServerState: () => false,
  lastQuestion: (request) => lastMessageOf(request, { messages: 'prompt' }),
});

/** Whether a value is an answer of the images endpoint: made images, as data or as addresses that the provider keeps for a while. */
function isImages(value: unknown): boolean {
  const images = field(value, 'data');
  if (field(value, 'object') !== undefined || !Array.isArray(images)) return false;
  return field(value, 'created') !== undefined || areImages(images, field(value, 'usage')); // xAI does not date them
}

/** Whether items that have no date are images: they are billed, or have nothing else. */
function areImages(items: readonly unknown[], usage: unknown): boolean {
  return items.some(isImage) && (items.every(hasOnlyImage) || billedAlone(usage) !== undefined);
}

/** What images have. A page that was found has an address too, beside its title. */
const IMAGE_MEMBERS: ReadonlySet<string> = new Set(['url', 'b64_json', 'mime_type', 'revised_prompt']);

function hasOnlyImage(value: unknown): boolean {
  return isImage(value) && Object.keys(value as object).every((name) => IMAGE_MEMBERS.has(name));
}

function isImage(value: unknown): boolean {
  return ['b64_json', 'url'].some((name) => textField(value, name) !== undefined);
}

/** Whether a value is an event of a stream of images. */
function isImageEvent(value: unknown): boolean {
  return /^image_(generation|edit)\./.test(textField(value, 'type') ?? '');
}

const readImages = draftOf('openai_images', (draft, value) => {
  const images = listOf(field(value, 'data'));
  draft.hasChoices = images.length === 0; // no image is no answer
  draft.keepsServerState = images.some((image) => textField(image, 'url') !== undefined);
  draft.model = textField(value, 'model');
  draft.usage = imageUsage(field(value, 'usage'));
  draft.failure = statedFailure(value);
});

const imageReader = draftReader('openai_images', (draft) => ({
  add(event) {
    const type = textField(event, 'type') ?? '';
    if (type === 'error') draft.failure ??= statedFailure(event);
    if (!isImageEvent(event)) return;
    const choice = draft.choice(0);
    if (!type.endsWith('.completed')) return;
    choice.finish = 'complete';
    choice.hasContent = textField(event, 'b64_json') !== undefined;
    draft.usage = imageUsage(field(event, 'usage')) ?? draft.usage;
  },
}));

/** Images have rates of their own: without details it is unknown which tokens are of images. The output is, if it is not said to be text. */
function imageUsage(stated: unknown): Usage | undefined {
  const hasDetails = field(stated, 'input_tokens_details') !== undefined;
  const usage = usageIn(stated, { hasUnlistedParts: !hasDetails }) ?? billedAlone(stated);
  const output = field(stated, 'output_tokens_details');
  const outputImageTokens = countField(output, 'image_tokens') ?? countField(stated, 'output_tokens');
  return usage && hasDetails ? { ...usage, outputImageTokens } : usage;
}

/** A bill without tokens is of the images alone. */
function billedAlone(stated: unknown): Usage | undefined {
  const billedUsd = isObject(stated) ? billedUsdIn(stated) : undefined;
  return billedUsd === undefined ? undefined : { inputTokens: 0, outputTokens: 0, hasUnlistedParts: true, billedUsd };
}

/**
 * Images that a model of OpenAI makes, whole or as a stream of drafts.
 *
 * @see https://platform.openai.com/docs/api-reference/images
 */
export const OPENAI_IMAGES: Dialect = {
  name: 'openai_images',
  request: imagesRequest,
  answer: { is: isImages, members: ['created', 'data'], read: readImages },
  stream: { isChunk: isImageEvent, members: ['type'], reader: imageReader },
  bytes: { streamFraming: 'server_sent_events' },
  http: imagesHttp,
};
