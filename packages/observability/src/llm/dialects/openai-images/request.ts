import { field, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { OPENAI_WITHOUT_EFFECT } from '../openai-usage/without-effect.ts';
import { requestDialect } from '../request-dialect.ts';
import { personIn } from '../request-fields.ts';

/** Whether a value is a request for images: a text as `prompt`, for a model that makes images. */
export function isImageRequest(value: unknown): boolean {
  if (typeof field(value, 'prompt') !== 'string') return false;
  return /image|dall-e/i.test(textField(value, 'model') ?? '');
}

export const imagesRequest: RequestDialect = requestDialect({
  is: isImageRequest,
  withoutEffect: OPENAI_WITHOUT_EFFECT,
  person: personIn,
  lastQuestion: (request) => lastMessageOf(request, 'prompt'),
});
