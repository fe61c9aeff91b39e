import type { NoteFact } from 'tta-dev-primitives';
import type { AnswerForm as RequestForm } from '../../../llm/dialects/dialect.ts';
import { type Revive, reviverOf } from '../../../llm/dialects/instances.ts';
import { type FormedAnswer, inForm } from '../entry/answer-form.ts';
import { KnownEntries, type OpenedEntry } from '../entry/known-entries.ts';
import { Copies } from '../entry/payload.ts';
import { CopiedAnswer } from '../entry/resident-answer.ts';
import type { StoredAnswer } from '../flight/landing.ts';
import type { ReportingStore } from '../store/reporting-store.ts';
import type { StoredValue } from '../store/store.ts';
import type { KnownRequest } from './requests.ts';

/** Looks for stored answers, of whatever age and generation. */
export class Lookup {
  readonly #store: ReportingStore;
  readonly #entries: KnownEntries;

  constructor(store: ReportingStore) {
    this.#store = store;
    this.#entries = KnownEntries.of(store);
  }

  /**
   * The stored answer to a request, if the store has one that can be read and can be given in the form that is asked for; never
   * rejects, because then the step is asked.
   *
   * @param onRead - called when the store has answered, or failed
   */
  find(request: KnownRequest, note: NoteFact, onRead: () => void = doNothing): Promise<StoredAnswer | undefined> {
    return this.#store.get(request.key.text, note).then(
      (stored) => {
        onRead();
        return stored && this.#read(stored, request, note);
      },
      () => {
        onRead(); // the store has stated its failure
        return undefined;
      },
    );
  }

  #read({ value, tier }: StoredValue, { key, model, form }: KnownRequest, note: NoteFact): StoredAnswer | undefined {
    const { digest, scopeHash } = key;
    const entry = this.#entries.open(key.text, value, { digest, scopeHash, model });
    if (entry?.header.coding !== undefined) return undefined; // of a cache with options that this one was not given
    const known = entry && knownAnswer(entry, form);
    if (entry !== undefined && known !== undefined) {
      return { kind: 'stored', envelope: entry.header, copies: known, tier, isHeaderKept: true };
    }
    const answer = entry && readAnswer(entry);
    if (entry === undefined || answer === undefined) {
      note('cache.corrupt', true);
      this.#store.delete(key.text, note).catch(() => {}); // the store has stated its failure, and the next answer replaces the entry
      return undefined;
    }
    const { header } = entry;
    const formed = inForm(form, header.askedFor, answer);
    if (formed === undefined) return undefined;
    const envelope = formed === answer ? header : { ...header, form: formed.form };
    const stored = (copies: Copies): StoredAnswer => ({ kind: 'stored', envelope, copies, tier });
    const copies = copiesOf(formed, answer, entry);
    return copies && stored(copies);
  }
}

/** Copies of an answer that was read before, if it needs nothing but to be copied. */
function knownAnswer({ header, data }: OpenedEntry, wanted: RequestForm): CopiedAnswer | undefined {
  const { form, askedFor, instance } = header;
  if (data === undefined || wanted !== askedFor || instance !== undefined) return undefined;
  return form === 'value' || Array.isArray(data.value) ? new CopiedAnswer(data.value) : undefined;
}

/** The answer in an entry, or undefined if it cannot be read. */
function readAnswer({ payload, header: { form } }: OpenedEntry): FormedAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(payload);
    return form === 'value' || Array.isArray(answer) ? { form, answer } : undefined;
  } catch {
    return undefined;
  }
}

/** The answer for several takers; undefined if it is an instance of a class that this process has not seen yet. */
function copiesOf(
  { form, answer }: FormedAnswer,
  stored: FormedAnswer,
  { payload, header: { instance } }: OpenedEntry,
): Copies | undefined {
  const text = answer === stored.answer ? payload : JSON.stringify(answer);
  if (instance === undefined) return new Copies(answer, text, asData);
  const revive = reviverOf(instance);
  if (revive === undefined) return undefined;
  const reviveAll: Revive = (data) => (form === 'value' ? revive(data) : (data as object[]).map(revive));
  return new Copies(reviveAll(answer as object), text, reviveAll);
}

function asData(data: object): object {
  return data;
}

function doNothing(): void {}
