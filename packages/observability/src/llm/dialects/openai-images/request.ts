import { field, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { openaiRequest } from '../openai-usage/request.ts';

/** Whether a value is a request for images: a text as `prompt`, for a model that makes images. */
export function isImageRequest(value: unknown): boolean {
  return typeof field(value, 'prompt') === 'string' && /image|dall-e/i.test(textField(value, 'model') ?? '');
}

export const imagesRequest: RequestDialect = openaiRequest({
  is: isImageRequest,
  lastQuestion: (request) => lastMessageOf(request, { messages: 'prompt' }),
});
