import { field, fieldAt } from '../fields.ts';
import { type Modality, TEXT_ONLY } from './modality.ts';
import { nonAsciiIn } from './non-ascii.ts';
import { hasAny, sizeOfTools } from './prompt-tools.ts';

/** Messages lie in lists of parts within lists; nothing real is deeper. */
const MAX_DEPTH = 8;

/** So many objects of an unknown shape are looked at, however large it is. */
const MAX_OBJECTS = 1_000;

/** One request while it is read. */
export class PromptReading {
  question = '';
  hasTools = false;
  /** Of one answer. */
  maxOutputTokens: number | undefined;
  /** So many answers are asked for. */
  answers = 1;
  modalities: ReadonlySet<Modality> = TEXT_ONLY;
  nonAsciiCharacters = 0;
  #textCharacters = 0;
  #toolCharacters = 0;

  get characters(): number {
    return this.#textCharacters + this.#toolCharacters;
  }

  get hasText(): boolean {
    return this.#textCharacters > 0 || this.modalities !== TEXT_ONLY;
  }

  /** Reads a message, a part of one, or a list of either; the newest text of a user becomes the question. */
  add(value: unknown, role: string, depth = 0): string {
    if (typeof value === 'string') return this.#told(value, role);
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return '';
    return Array.isArray(value) ? this.#addList(value, role, depth) : this.#addPart(value, role, depth);
  }

  addTools(tools: unknown): void {
    if (!hasAny(tools)) return;
    this.hasTools = true;
    const { characters, nonAsciiCharacters } = sizeOfTools(tools);
    this.#toolCharacters += characters;
    this.nonAsciiCharacters += nonAsciiCharacters;
  }

  /** Reads every text of an object of unknown shape. */
  addAll(value: unknown): void {
    const texts: string[] = [];
    let objects = 0;
    const visit = (part: unknown, depth: number): void => {
      if (typeof part === 'string') texts.push(part);
      if (typeof part !== 'object' || part === null || depth > MAX_DEPTH || objects >= MAX_OBJECTS) return;
      objects += 1;
      for (const name of Object.keys(part)) visit(field(part, name), depth + 1);
    };
    visit(value, 0);
    this.#told(texts.join('\n'), 'user');
  }

  #addPart(part: object, role: string, depth: number): string {
    let saidBy = role;
    let told = '';
    for (const name of Object.keys(part)) {
      switch (name) {
        case 'role':
          saidBy = String(field(part, name));
          break;
        case 'type':
          if (TOOL_RESULTS.has(field(part, name))) saidBy = 'tool';
          this.#notice(modalityOfType(field(part, name), part));
          break;
        case 'image':
        case 'video':
        case 'audio':
        case 'document': // blocks of Bedrock, which have no type
          if (field(part, 'type') === undefined && field(part, 'role') === undefined) this.#notice(MEDIA[name]);
          break;
        case 'toolResult':
          told = joined(
            told,
            this.add({ type: 'tool_result', content: fieldAt(part, name, 'content') }, 'tool', depth + 1),
          );
          break;
        case 'inlineData':
        case 'inline_data':
        case 'fileData':
          this.#notice(modalityOfData(field(part, name)));
          break;
        case 'text':
        case 'content':
        case 'parts':
        case 'output':
          told = joined(told, this.add(field(part, name), 'part', depth + 1));
      }
    }
    return this.#asked(told, saidBy);
  }

  /** Parts of one message are one text; of several messages each is one. */
  #addList(list: readonly unknown[], role: string, depth: number): string {
    let told = '';
    let isOneText = true;
    for (const item of list) {
      told = joined(told, this.add(item, typeof item === 'string' ? 'part' : role, depth + 1));
      isOneText &&= field(item, 'role') === undefined;
    }
    return isOneText ? this.#asked(told, role) : '';
  }

  #told(text: string, role: string): string {
    this.#textCharacters += text.length;
    this.nonAsciiCharacters += nonAsciiIn(text);
    return this.#asked(text, role);
  }

  #asked(text: string, role: string): string {
    if (role === 'user' && text !== '') this.question = text;
    return role === 'tool' ? '' : text;
  }

  #notice(modality: Modality | undefined): void {
    if (modality === undefined || this.modalities.has(modality)) return;
    this.modalities = new Set([...this.modalities, modality]);
  }
}

/** What a tool gave back is sent in a message of the user, who has not said it. */
const TOOL_RESULTS: ReadonlySet<unknown> = new Set(['tool_result', 'tool-result', 'function_call_output']);

function joined(told: string, more: string): string {
  return told === '' || more === '' ? told + more : `${told}\n${more}`;
}

const MEDIA = { image: 'image', video: 'video', audio: 'audio', document: 'file' } as const;

/** By the type that a part of a message states: `image_url`, `input_audio`, `document` ... */
function modalityOfType(type: unknown, part: object): Modality | undefined {
  if (typeof type !== 'string' || type === 'text') return undefined;
  if (type === 'file') return modalityOfData(part);
  const kind = (['image', 'audio', 'video'] as const).find((word) => type.includes(word));
  return kind ?? (['input_file', 'document'].includes(type) ? 'file' : undefined);
}

/** By the media type of the data. */
function modalityOfData(data: unknown): Modality {
  const media = String(field(data, 'mimeType') ?? field(data, 'mime_type') ?? field(data, 'mediaType'));
  return (['image', 'audio', 'video'] as const).find((kind) => media.startsWith(`${kind}/`)) ?? 'file';
}
