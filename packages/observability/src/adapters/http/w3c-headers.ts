import { safely } from 'tta-dev-primitives/internal';

const TRACE_PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-.*)?$/;

/** What is kept of `tracestate`, in characters. */
const MAX_TRACE_STATE = 512;

/** What the headers of a request say of its trace; nothing if they say nothing valid. @see https://www.w3.org/TR/trace-context/ */
export function traceMetadata(traceparent = '', tracestate = ''): Readonly<Record<string, string>> {
  if (!TRACE_PARENT.test(traceparent)) return {};
  const isKept = tracestate !== '' && tracestate.length <= MAX_TRACE_STATE;
  return isKept ? { traceparent, tracestate } : { traceparent };
}

/** What a client may send at most, in characters and in members. */
const MAX_BAGGAGE = { characters: 8_192, members: 64 } as const;

/** The members of `baggage`, without their properties. @see https://www.w3.org/TR/baggage/ */
export function baggageIn(header = ''): Readonly<Record<string, string>> {
  if (header === '' || header.length > MAX_BAGGAGE.characters) return {};
  const members = header.split(',', MAX_BAGGAGE.members).flatMap((member) => memberOf(member) ?? []);
  return Object.fromEntries(members);
}

function memberOf(member: string): [readonly [string, string]] | undefined {
  const [pair = ''] = member.split(';', 1);
  const at = pair.indexOf('=');
  const name = pair.slice(0, Math.max(at, 0)).trim();
  const value = safely(() => decodeURIComponent(pair.slice(at + 1).trim()));
  return name === '' || value === undefined ? undefined : [[name, value]];
}
