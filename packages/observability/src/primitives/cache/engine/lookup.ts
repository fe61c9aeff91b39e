import type { NoteFact } from 'tta-dev-primitives';
import { type FormedAnswer, inForm } from '../entry/answer-form.ts';
import { type Envelope, openEnvelope } from '../entry/envelope.ts';
import { geminiRevive } from '../entry/gemini-instance.ts';
import { Copies } from '../entry/payload.ts';
import type { CacheTier } from '../facts.ts';
import type { StoredAnswer } from '../flight/landing.ts';
import type { CacheStore } from '../store/store.ts';
import type { KnownRequest } from './requests.ts';

/**
 * The stored answer to a request, of whatever age and generation, if the store has one that can be read and can be given in the form
 * that is asked for; never rejects, because then the step is asked.
 */
export function lookUp(store: CacheStore, request: KnownRequest, note: NoteFact): Promise<StoredAnswer | undefined> {
  let tier: CacheTier | undefined;
  const listen: NoteFact = (name, value) => {
    if (name === 'cache.tier') tier = value as CacheTier;
    else note(name, value);
  };
  return store.get(request.key.text, listen).then(
    (text) => (text === undefined ? undefined : read(text, request, tier, store, note)),
    () => undefined, // the store has stated its failure
  );
}

function read(
  text: string,
  { key, model, form }: KnownRequest,
  tier: CacheTier | undefined,
  store: CacheStore,
  note: NoteFact,
): StoredAnswer | undefined | Promise<StoredAnswer | undefined> {
  const envelope = openEnvelope(text, { digest: key.digest, scopeHash: key.scopeHash, model });
  if (envelope?.coding !== undefined) return undefined; // of a cache with options that this one was not given
  const answer = envelope && readAnswer(envelope);
  if (envelope === undefined || answer === undefined) {
    note('cache.corrupt', true);
    store.delete(key.text, note).catch(() => {}); // the store has stated its failure, and the next answer replaces the entry
    return undefined;
  }
  const formed = inForm(form, envelope.askedFor, answer);
  if (formed === undefined) return undefined;
  const stored = (copies: Copies | undefined): StoredAnswer | undefined =>
    copies && {
      kind: 'stored',
      envelope: formed === answer ? envelope : { ...envelope, form: formed.form },
      copies,
      tier,
    };
  const copies = copiesOf(formed, answer, envelope);
  return copies instanceof Promise ? copies.then(stored) : stored(copies);
}

/** The answer in an envelope, or undefined if it cannot be read. */
function readAnswer({ payload, form }: Envelope): FormedAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(payload);
    return form === 'value' || Array.isArray(answer) ? { form, answer } : undefined;
  } catch {
    return undefined;
  }
}

/** The answer for several takers; a promise of it, or of nothing, only where it is an instance of a class that has to be loaded. */
function copiesOf(
  formed: FormedAnswer,
  stored: FormedAnswer,
  { payload, instance }: Envelope,
): Copies | Promise<Copies | undefined> {
  const text = formed.answer === stored.answer ? payload : JSON.stringify(formed.answer);
  return instance === undefined ? new Copies(formed.answer, text) : instancesOf(formed, text);
}

async function instancesOf({ form, answer }: FormedAnswer, text: string): Promise<Copies | undefined> {
  const revive = await geminiRevive();
  if (revive === undefined) return undefined;
  const reviveAll = (data: object): object => (form === 'value' ? revive(data) : (data as object[]).map(revive));
  return new Copies(reviveAll(answer as object), text, reviveAll);
}
