import { isOfSignature } from '../llm/dialects/carriage.ts';

/** Whether a request has a signature for AWS, which covers its address, its headers and its body. */
export function isSigned(headers: Headers): boolean {
  return headers.get('authorization')?.startsWith('AWS4-') === true;
}

/** Who has signed a request; the rest of the value is the signature. */
const CREDENTIAL = /^AWS4-[\w-]+ .*?\bCredential=([^/,\s]+)/;

/**
 * The headers of a request that is signed for AWS, with the access key in place of the signature: equal requests of one account have equal
 * headers. Use it only for requests that a client of this process has signed, because anyone can write another access key into a header.
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
