import { countField, field, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { StatedUsage } from '../openai-usage/usage.ts';
import { statedFailure } from '../stated-failure.ts';
import { imagesRequest } from './request.ts';

/** Whether a value is an answer of the images endpoint: made images, as data or as addresses that the provider keeps for a while. */
function isImages(value: unknown): boolean {
  if (field(value, 'created') === undefined || field(value, 'object') !== undefined) return false;
  return Array.isArray(field(value, 'data'));
}

/** Whether a value is an event of a stream of images. */
function isImageEvent(value: unknown): boolean {
  const type = field(value, 'type');
  return typeof type === 'string' && /^image_(generation|edit)\./.test(type);
}

function readImages(value: unknown): AnswerReading {
  const draft = new AnswerDraft('openai_images');
  const images = listOf(field(value, 'data'));
  draft.hasChoices = images.length === 0; // no image is no answer
  draft.keepsServerState = images.some((image) => textField(image, 'url') !== undefined);
  draft.usage = imageUsage(field(value, 'usage'));
  draft.failure = statedFailure(value);
  return draft.close();
}

function imageReader(): StreamReader {
  const draft = new AnswerDraft('openai_images');
  return {
    add(event) {
      const type = field(event, 'type');
      if (type === 'error') draft.failure ??= statedFailure(event);
      if (!isImageEvent(event)) return;
      const choice = draft.choice(0);
      if (!String(type).endsWith('.completed')) return;
      choice.finish = 'complete';
      choice.hasContent = textField(event, 'b64_json') !== undefined;
      draft.usage = imageUsage(field(event, 'usage')) ?? draft.usage;
    },
    reading: () => draft.close(),
  };
}

/** Images have rates of their own: without details it is unknown which tokens are of images. The output is, if it is not said to be text. */
function imageUsage(stated: unknown): Usage | undefined {
  const input = field(stated, 'input_tokens_details');
  const output = field(stated, 'output_tokens_details');
  const outputImageTokens = countField(output, 'image_tokens') ?? countField(stated, 'output_tokens');
  const usage = new StatedUsage();
  usage.add(stated);
  const read = usage.usage({ model: undefined, hasUnlistedParts: input === undefined });
  return read === undefined || input === undefined ? read : { ...read, outputImageTokens };
}

/**
 * Images that a model of OpenAI makes, whole or as a stream of drafts.
 *
 * @see https://platform.openai.com/docs/api-reference/images
 */
export const OPENAI_IMAGES: Dialect = {
  name: 'openai_images',
  request: imagesRequest,
  answer: { is: isImages, members: ['created'], read: readImages },
  stream: { isChunk: isImageEvent, members: ['type'], reader: imageReader },
  bytes: { streamFraming: 'server_sent_events' },
};
