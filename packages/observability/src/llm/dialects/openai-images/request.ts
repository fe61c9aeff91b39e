import { field, textField } from '../../fields.ts';

/** Whether a value is a request for images: a text as `prompt`, for a model that makes images. */
export function isImageRequest(value: unknown): boolean {
  if (typeof field(value, 'prompt') !== 'string') return false;
  return /image|dall-e/i.test(textField(value, 'model') ?? '');
}
