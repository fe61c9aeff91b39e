import { isOfSignature } from '../llm/dialects/carriage.ts';

/** Whether a request has a signature for AWS, which covers its address, its headers and its body. */
export function isSigned(headers: Headers): boolean {
  return headers.get('authorization')?.startsWith('AWS4-') === true;
}

/** Who has signed a request; the rest of the value is the signature. */
const CREDENTIAL = /^AWS4-[\w-]+ .*?\bCredential=([^/,\s]+)/;

/**
 * The headers of a request that its client has signed for AWS, with the name of the credential in place of the signature: requests of one
 * account that ask alike have the same. Only for clients that sign themselves, because anybody can write a name.
 *
 * @returns undefined for headers without a signature
 */
export function withoutSignature(headers: Headers): Headers | undefined {
  const [, credential] = CREDENTIAL.exec(headers.get('authorization') ?? '') ?? [];
  if (credential === undefined) return undefined;
  const kept = [...headers].filter(([name]) => !isOfSignature(name));
  const named = new Headers(kept);
  named.set('authorization', credential);
  return named;
}
