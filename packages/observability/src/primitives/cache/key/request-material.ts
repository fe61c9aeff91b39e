import { withoutFields } from '../../../llm/dialects/field-rules.ts';
import type { ModelRequest } from './request-dialect.ts';

export interface MaterialOptions {
  /** Whether every user has answers of their own. */
  readonly isPerUser: boolean;
  /** The model behind the one that the request names. */
  readonly resolvedModel: string | undefined;
}

/** What of an input decides the answer. */
export function materialOf(
  input: unknown,
  request: ModelRequest | undefined,
  { isPerUser, resolvedModel }: MaterialOptions,
): unknown {
  if (request === undefined) return resolvedModel === undefined ? input : [resolvedModel, input];
  const { fields, requests } = request;
  const named = resolvedModel === undefined ? fields : { ...fields, model: resolvedModel };
  const body = withoutFields(named, requests.withoutEffect);
  return isPerUser ? [body, requests.person(fields)] : body;
}

/** Whether a request says on whose behalf it is made. */
export function isPersonal(request: ModelRequest | undefined): boolean {
  return request?.requests.person(request.fields).some((person) => person !== null) ?? false;
}
