import { field, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { callerKeyIn } from '../carriage.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { OPENAI_WITHOUT_EFFECT } from '../openai-usage/without-effect.ts';
import { personIn, streamedForm } from '../request-fields.ts';

/** Whether a value is a request for images: a text as `prompt`, for a model that makes images. */
export function isImageRequest(value: unknown): boolean {
  if (typeof field(value, 'prompt') !== 'string') return false;
  return /image|dall-e/i.test(textField(value, 'model') ?? '');
}

export const imagesRequest: RequestDialect = {
  is: isImageRequest,
  model: (request) => textField(request, 'model'),
  form: streamedForm,
  withoutEffect: OPENAI_WITHOUT_EFFECT,
  keepsServerState: () => false,
  asksForJson: () => false,
  person: personIn,
  callerKey: callerKeyIn,
  prompt: readPrompt,
  lastQuestion: (request) => lastMessageOf(request, 'prompt'),
};
