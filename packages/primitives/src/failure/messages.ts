import type { FailureKind } from './failure.ts';
import { type Members, memberOf, textOf } from './members.ts';

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
  { kind: 'bad_response', name: 'AI_NoOutputGeneratedError', pattern: /^No output generated\b/ },
  { kind: 'incomplete', pattern: /^missing finish_reason for choice \d+$/ },
  { kind: 'incomplete', pattern: /^request ended without sending any chunks$/ },
  { kind: 'incomplete', pattern: /^stream ended without producing a [Mm]essage\b/ },
  { kind: 'incomplete', pattern: /^Did not receive done or success response in stream\.$/ },
  { kind: 'network', name: 'AxiosError', pattern: /^stream has been aborted$/ }, // in mid-body, on Node.js 22
  { kind: 'network', name: 'TypeError', pattern: /^(?:fetch failed|terminated|Failed to fetch|Load failed)$/ },
  { kind: 'authentication', pattern: /^Missing credentials\. Please pass / },
];

/** Statuses beside which a message may say that the account has no credit. */
const OF_ACCOUNTS: readonly number[] = [400, 403, 429];

/** Why a service refuses a request with one of these statuses, where it has no word for that. */
const REFUSALS: readonly (Omit<Message, 'name'> & { readonly at: readonly number[] })[] = [
  {
    kind: 'context_length',
    at: [400],
    pattern: /\b(?:prompt|input) is too long\b|\bmaximum (?:context|prompt) length\b/i,
  },
  { kind: 'context_length', at: [400], pattern: /\binput token count\b.{0,40}\bexceeds the maximum\b/i },
  { kind: 'context_length', at: [400], pattern: /\bexceeds? the context window\b|\bexceed context limit\b/i },
  { kind: 'context_length', at: [400], pattern: /\binput tokens exceed the configured limit\b/i },
  { kind: 'billing', at: OF_ACCOUNTS, pattern: /\bcredit balance is too low\b|\bused all available credits\b/i },
  { kind: 'billing', at: OF_ACCOUNTS, pattern: /\binsufficient balance\b|余额不足|\bhave any credits\b/i },
  {
    kind: 'quota',
    at: OF_ACCOUNTS,
    pattern: /\bexceeded your current quota\b|\breached your specified .{0,20}\busage limits\b/i,
  },
  { kind: 'authentication', at: [400], pattern: /\b(?:incorrect|invalid) API key\b|\bAPI key not valid\b/i },
  { kind: 'too_large', at: [429], pattern: /^(?:429 )?request too large for\b/i }, // larger than the whole limit of a minute
];

/** What the message of an error says, for an error without a status, code, name or cause. */
export function kindOfMessage(error: Members): FailureKind | undefined {
  const message = textOf(error, 'message');
  if (message === undefined || memberOf(error, 'cause') !== undefined) return undefined;
  const name = textOf(error, 'name');
  return MESSAGES.find((each) => (each.name ?? name) === name && each.pattern.test(message))?.kind;
}

/** The reason in the message of a request that was refused with a status: the message of the error, or of its body. */
export function kindOfRefusal(status: number, bodies: readonly Members[]): FailureKind | undefined {
  for (const body of bodies) {
    for (const name of ['message', 'error']) {
      const message = textOf(body, name)?.slice(0, LONGEST_MESSAGE);
      const refusal =
        message === undefined
          ? undefined
          : REFUSALS.find(({ at, pattern }) => at.includes(status) && pattern.test(message));
      if (refusal !== undefined) return refusal.kind;
    }
  }
  return undefined;
}

const LONGEST_MESSAGE = 4_096;
