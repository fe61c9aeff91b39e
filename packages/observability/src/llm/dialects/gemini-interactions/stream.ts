import { field, textField } from '../../fields.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { StreamReader } from '../dialect.ts';
import { statedFailure } from '../stated-failure.ts';
import { readHead, readPart, readParts, readState } from './answer.ts';
import { InteractionCounts } from './usage.ts';

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
  readonly #counts = new InteractionCounts();
  #tier: string | undefined;
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
    this.#counts.add(field(field(event, 'metadata'), 'total_usage'));
    this.#status = field(event, 'status') ?? this.#status;
    const interaction = field(event, 'interaction');
    if (typeof interaction === 'object' && interaction !== null) this.#addInteraction(interaction);
    this.#draft.failure ??= statedFailure(event);
  }

  reading(): AnswerReading {
    const draft = this.#draft;
    draft.usage = this.#counts.usage(this.#tier);
    readState(draft.choice(0), this.#status);
    return draft.close();
  }

  #addInteraction(interaction: object): void {
    this.#tier = textField(interaction, 'service_tier') ?? this.#tier;
    this.#status = field(interaction, 'status') ?? this.#status;
    this.#counts.add(field(interaction, 'usage'));
    readHead(this.#draft, interaction);
    if (!this.#hasParts) readParts(this.#draft.choice(0), interaction);
  }
}
