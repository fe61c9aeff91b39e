import { field } from '../../fields.ts';
import { risen } from '../counts.ts';
import { type Gatherer, Gathering, inexact, itemsOf, objectOf, type Rules, without } from '../gathering.ts';

/** The headers are those of the transport, which differ between a stream and a whole answer anyway; those told first are kept. */
const CHUNK: Rules = {
  candidates: 'dropped',
  sdkHttpResponse: 'dropped',
  usageMetadata: 'dropped',
  modelVersion: 'latest',
};

const ALIKE = { mayRepeat: true };

/** Ratings are given for all that was said so far. */
const CANDIDATE: Rules = {
  content: () => new Gathering({ parts: () => new PartsGathering(), role: 'latest' }, ALIKE),
  index: 'latest',
  finishReason: 'latest',
  finishMessage: 'latest',
  tokenCount: 'latest',
  avgLogprobs: 'latest',
  safetyRatings: 'latest',
};

type Part = Record<string, unknown>;

/** Gathers a response out of its chunks. @see https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse */
export function assembleGemini(chunks: readonly unknown[]): object {
  const answer = new Gathering(CHUNK, ALIKE);
  const candidates = new Map<unknown, Gathering>();
  let usage: unknown;
  for (const chunk of chunks) {
    answer.add(chunk);
    usage = risen(usage, field(chunk, 'usageMetadata'));
    for (const [position, part] of itemsOf(field(chunk, 'candidates') ?? []).entries()) {
      const index = field(part, 'index') ?? (position === 0 ? 0 : inexact());
      const candidate = candidates.get(index) ?? new Gathering(CANDIDATE, ALIKE);
      candidates.set(index, candidate.add(part));
    }
  }
  const isFinished = [...candidates.values()].every((candidate) => typeof candidate.get('finishReason') === 'string');
  if (candidates.size === 0 || !isFinished || usage === undefined) inexact();
  const http = field(chunks[0], 'sdkHttpResponse');
  return {
    ...(http !== undefined && { sdkHttpResponse: http }),
    candidates: Array.from(candidates.values(), (candidate) => {
      const { content = {}, ...others } = candidate.whole();
      return { content: { parts: [], ...objectOf(content) }, ...others };
    }),
    ...answer.whole(),
    usageMetadata: usage,
  };
}

class PartsGathering implements Gatherer {
  readonly #parts: Part[] = [];

  add(parts: unknown): void {
    for (const part of itemsOf(parts)) this.#addPart(objectOf(part));
  }

  whole(): Part[] {
    return this.#parts;
  }

  /** Text goes on in the next part, until a part is signed: the signature comes with the last piece of what it signs. */
  #addPart(part: Part): void {
    const last = this.#parts.at(-1);
    const goesOn = last !== undefined && isText(part) && isPlainText(last) && part['thought'] === last['thought'];
    if (part['partialArgs'] !== undefined || field(part['functionCall'], 'willContinue') === true) inexact();
    if (goesOn) this.#parts.splice(-1, 1, { ...part, text: `${last['text']}${part['text']}` });
    else if (!isNothing(part)) this.#parts.push(part);
  }
}

function isText({ text, ...others }: Part): boolean {
  const known = ['thought', 'thoughtSignature'];
  return typeof text === 'string' && Object.keys(others).every((name) => known.includes(name));
}

function isPlainText(part: Part): boolean {
  return isText(part) && part['thoughtSignature'] === undefined;
}

/** What a last chunk says that only tells why the answer ended. */
function isNothing(part: Part): boolean {
  return part['text'] === '' && isPlainText(part);
}

/** The chunks of a response: one, because every chunk has the shape of a whole response. */
export function chunksOfGemini(whole: Record<string, unknown>): object[] {
  return [without(whole)];
}
