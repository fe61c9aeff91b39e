import { field, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { ownerOf } from '../message-request.ts';
import { requestDialect } from '../request-dialect.ts';
import { hasAnyField, personIn } from '../request-fields.ts';
import { OPENAI_WITHOUT_EFFECT } from './without-effect.ts';

/** Fields that requests for embeddings have, and requests for responses do not. */
const EMBEDDING_FIELDS = ['encoding_format', 'dimensions', 'input_type', 'output_dimension', 'output_dtype'] as const;

const EMBEDDING_MODEL = /embed|voyage|^bge|^gte|rerank/i;

export const embeddingRequest: RequestDialect = requestDialect({
  is: isEmbeddingRequest,
  form: () => 'whole',
  withoutEffect: OPENAI_WITHOUT_EFFECT,
  person: personIn,
  lastQuestion: (request) => lastMessageOf(request, 'input'),
});

/** Whether a value is a request for embeddings. */
export function isEmbeddingRequest(value: unknown): boolean {
  const model = textField(value, 'model');
  const input = field(value, 'input');
  if (model === undefined || input === undefined || typeof value !== 'object' || value === null) return false;
  if (ownerOf(value) !== undefined) return false;
  const isList = Array.isArray(input) && (typeof input[0] === 'string' || typeof input[0] === 'number');
  return isList || EMBEDDING_MODEL.test(model) || hasAnyField(value, EMBEDDING_FIELDS);
}
