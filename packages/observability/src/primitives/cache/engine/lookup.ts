import type { NoteFact } from 'tta-dev-primitives';
import { type AnswerForm, openEnvelope } from '../entry/envelope.ts';
import { Copies } from '../entry/payload.ts';
import type { CacheTier } from '../facts.ts';
import type { StoredAnswer } from '../flight/landing.ts';
import type { CacheRequest } from '../key/request-key.ts';
import type { CacheStore } from '../store/store.ts';

/** The stored answer to a request, if the store has one that can be read; never rejects, because then the step is asked. */
export async function lookUp(
  store: CacheStore,
  { key, model }: CacheRequest,
  note: NoteFact,
): Promise<StoredAnswer | undefined> {
  let tier: CacheTier | undefined;
  const listen: NoteFact = (name, value) => {
    if (name === 'cache.tier') tier = value as CacheTier;
    else note(name, value);
  };
  const text = await store.get(key.text, listen).catch(() => undefined); // the store has stated its failure
  if (text === undefined) return undefined;
  const envelope = openEnvelope(text, { digest: key.digest, scopeHash: key.scopeHash, model });
  const copies = envelope && readCopies(envelope.payload, envelope.form);
  if (envelope !== undefined && copies !== undefined) return { kind: 'stored', envelope, copies, tier };
  note('cache.corrupt', true);
  store.delete(key.text, note).catch(() => {}); // the store has stated its failure, and the next answer replaces the entry
  return undefined;
}

/** The answer in an envelope, or undefined if it cannot be read. */
function readCopies(payload: string, form: AnswerForm): Copies | undefined {
  try {
    const answer: unknown = JSON.parse(payload);
    return form === 'value' || Array.isArray(answer) ? new Copies(answer, payload) : undefined;
  } catch {
    return undefined;
  }
}
