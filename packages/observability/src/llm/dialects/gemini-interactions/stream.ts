import { field, textField } from '../../fields.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { StreamReader } from '../dialect.ts';
import { risen } from '../rising-counts.ts';
import { statedFailure } from '../stated-failure.ts';
import { readHead, readPart, readParts, readState } from './answer.ts';
import { interactionUsage } from './usage.ts';

const EVENT = /^(interaction|content|step)\./;

export function isInteractionEvent(event: unknown): boolean {
  return EVENT.test(textField(event, 'event_type') ?? '');
}

/** Events about the interaction itself say how far it is; its parts bring it forward. */
export function isInteractionProgress(event: unknown): boolean {
  const type = textField(event, 'event_type') ?? '';
  return !type.startsWith('interaction.') || type.startsWith('interaction.complete');
}

/** Reads the events of one interaction. */
export class InteractionReader implements StreamReader {
  readonly #draft = new AnswerDraft('gemini_interactions');
  #interaction: unknown;
  #usage: unknown;
  #status: unknown;
  #hasParts = false;

  add(event: unknown): void {
    const choice = this.#draft.choice(0);
    for (const name of ['step', 'content', 'delta'] as const) {
      const part = field(event, name);
      if (part === undefined) continue;
      this.#hasParts = true;
      readPart(choice, part);
    }
    this.#addUsage(field(field(event, 'metadata'), 'total_usage'));
    this.#status = field(event, 'status') ?? this.#status;
    const interaction = field(event, 'interaction');
    if (typeof interaction === 'object' && interaction !== null) this.#addInteraction(interaction);
    this.#draft.failure ??= statedFailure(event);
  }

  reading(): AnswerReading {
    const draft = this.#draft;
    draft.usage = interactionUsage(this.#usage, this.#interaction);
    readState(draft.choice(0), this.#status);
    return draft.close();
  }

  #addInteraction(interaction: object): void {
    this.#interaction = interaction;
    this.#status = field(interaction, 'status') ?? this.#status;
    this.#addUsage(field(interaction, 'usage'));
    readHead(this.#draft, interaction);
    if (!this.#hasParts) readParts(this.#draft.choice(0), interaction);
  }

  #addUsage(usage: unknown): void {
    if (typeof usage === 'object' && usage !== null) this.#usage = risen(this.#usage, usage);
  }
}
