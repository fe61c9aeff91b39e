import type { FailureKind } from './failure.ts';
import { type Members, textOf } from './members.ts';

interface Message {
  readonly kind: FailureKind;
  readonly pattern: RegExp;
  /** The name that the error must have; any if missing. */
  readonly name?: string;
}

/** Errors that have nothing but a message. Each is the whole text of a client, not a word that any text may hold. */
const MESSAGES: readonly Message[] = [
  { kind: 'bad_response', name: 'SyntaxError', pattern: /\bJSON\b/ },
  { kind: 'bad_response', pattern: /^(?:Truncated event message received\.|Incomplete JSON segment at the end$)/ },
  { kind: 'incomplete', pattern: /^missing finish_reason for choice \d+$/ },
  { kind: 'incomplete', pattern: /^request ended without sending any chunks$/ },
  { kind: 'incomplete', pattern: /^stream ended without producing a [Mm]essage\b/ },
  { kind: 'incomplete', pattern: /^Did not receive done or success response in stream\.$/ },
  { kind: 'network', name: 'TypeError', pattern: /^(?:fetch failed|terminated|Failed to fetch|Load failed)$/ },
  { kind: 'authentication', pattern: /^Missing credentials\. Please pass / },
];

/** What the message of an error says, for one that says nothing in any other way. */
export function kindOfMessage(error: Members): FailureKind | undefined {
  const message = textOf(error, 'message');
  if (message === undefined) return undefined;
  const name = textOf(error, 'name');
  return MESSAGES.find((each) => (each.name ?? name) === name && each.pattern.test(message))?.kind;
}
