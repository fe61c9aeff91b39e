import { field, fieldAt, textField } from '../../fields.ts';
import { type AnswerDraft, draftOf, draftReader, say } from '../answer-draft.ts';
import type { Dialect, RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { isSpeech, openaiRequest } from '../openai-usage/request.ts';
import { usageIn } from '../openai-usage/usage.ts';
import { statedFailure } from '../stated-failure.ts';

const speechRequest: RequestDialect = openaiRequest({
  is: isSpeech,
  keepsServerState: () => false,
  lastQuestion: (request) => lastMessageOf(request, { messages: 'input' }),
});

/** A recording that was written down; with a usage it is a model's. */
function isTranscription(value: unknown): boolean {
  return (
    typeof field(value, 'text') === 'string' && ['tokens', 'duration'].includes(String(fieldAt(value, 'usage', 'type')))
  );
}

const readTranscription = draftOf('openai_audio', (draft, value) => {
  say(draft.choice(0), field(value, 'text'));
  end(draft, value);
});

/** Events of a recording that is written down, as OpenAI and Mistral send them, and of a text that is read out. */
const EVENTS = /^(?:transcript\.text|transcription|speech\.audio)\./;

function isAudioEvent(event: unknown): boolean {
  return EVENTS.test(textField(event, 'type') ?? '');
}

const audioReader = draftReader('openai_audio', (draft) => ({
  add(event) {
    const choice = draft.choice(0);
    switch (field(event, 'type')) {
      case 'transcript.text.delta':
        say(choice, field(event, 'delta'));
        break;
      case 'transcription.text.delta':
        say(choice, field(event, 'text'));
        break;
      case 'speech.audio.delta':
        choice.hasContent = true;
        break;
      case 'transcript.text.done':
      case 'transcription.done':
        choice.text = ''; // the last event repeats the whole text
        say(choice, field(event, 'text'));
        end(draft, event);
        break;
      case 'speech.audio.done':
        end(draft, event);
        break;
      default:
        draft.failure ??= statedFailure(event);
    }
  },
  end() {
    draft.choice(0);
  },
}));

function end(draft: AnswerDraft, value: unknown): void {
  draft.choice(0).finish = 'complete';
  draft.model = textField(value, 'model');
  draft.usage = usageIn(field(value, 'usage'), { model: draft.model });
}

/**
 * Recordings that were written down, whole or as a stream, and texts that are read out.
 *
 * @see https://platform.openai.com/docs/api-reference/audio
 */
export const OPENAI_AUDIO: Dialect = {
  name: 'openai_audio',
  request: speechRequest,
  answer: { is: isTranscription, members: ['text'], read: readTranscription },
  stream: { isChunk: isAudioEvent, members: ['type'], reader: audioReader },
  bytes: { streamFraming: 'server_sent_events' },
};
