import { textField } from '../fields.ts';
import { readPrompt } from '../prompt/read-prompt.ts';
import { CARRIAGE, callerKeyIn } from './carriage.ts';
import type { RequestDialect } from './dialect.ts';
import { lastMessageOf } from './last-message.ts';
import { streamedForm } from './request-fields.ts';

/** How most requests are read. */
const USUAL: Omit<RequestDialect, 'is'> = {
  model: (request) => textField(request, 'model'),
  form: streamedForm,
  withoutEffect: CARRIAGE,
  keepsServerState: () => false,
  asksForJson: () => false,
  person: () => [],
  callerKey: callerKeyIn,
  prompt: readPrompt,
  lastQuestion: (request) => lastMessageOf(request),
};

/** How requests of a dialect are read: as most requests, except for what the dialect has of its own. */
export function requestDialect(own: Pick<RequestDialect, 'is'> & Partial<RequestDialect>): RequestDialect {
  return { ...USUAL, ...own };
}
