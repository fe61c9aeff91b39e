import { safely } from 'tta-dev-primitives/internal';
import type { Dialect } from './dialect.ts';

/** The dialects that may know a value, in the order in which they are asked. */
export type Candidates = (value: unknown) => readonly Dialect[];

/**
 * Selects the dialects to ask about a value by the value's own member names.
 *
 * @param membersOf - the members that `Dialect` lists; a dialect that lists none is a candidate for every value
 */
export function candidatesByMember(
  dialects: readonly Dialect[],
  membersOf: (dialect: Dialect) => readonly string[] | undefined,
): Candidates {
  const always = dialects.filter((dialect, position) => position >= MAX_BITS || membersOf(dialect) === undefined);
  const bits = bitsByMember(dialects, membersOf);
  const alwaysBits = bitsOf(dialects, always);
  return (value) => {
    const names = ownNames(value);
    if (names === undefined) return dialects;
    let found = 0;
    for (const name of names) found |= bits.get(name) ?? 0;
    return found === 0 ? always : dialects.filter((_, position) => isAmong(position, found | alwaysBits));
  };
}

/** Whether a value has one of these members of its own, or cannot say. */
export function hasMember(value: unknown, members: ReadonlySet<string>): boolean {
  return ownNames(value)?.some((name) => members.has(name)) ?? true;
}

/** Positions from here on have no bit of their own: those dialects are asked about every value. */
const MAX_BITS = 31;

function bitsByMember(
  dialects: readonly Dialect[],
  membersOf: (dialect: Dialect) => readonly string[] | undefined,
): ReadonlyMap<string, number> {
  const bits = new Map<string, number>();
  for (const dialect of dialects) {
    for (const name of membersOf(dialect) ?? []) bits.set(name, (bits.get(name) ?? 0) | bitsOf(dialects, [dialect]));
  }
  return bits;
}

function bitsOf(dialects: readonly Dialect[], chosen: readonly Dialect[]): number {
  return dialects
    .slice(0, MAX_BITS)
    .reduce((bits, dialect, position) => (chosen.includes(dialect) ? bits | (1 << position) : bits), 0);
}

function isAmong(position: number, bits: number): boolean {
  return position >= MAX_BITS || (bits & (1 << position)) !== 0;
}

const NO_NAMES: readonly string[] = [];

/** The names of a value's own members; empty for lists and bytes, which may be long. Undefined for a value that cannot be inspected. */
function ownNames(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return NO_NAMES;
  return safely(() => (Array.isArray(value) ? NO_NAMES : Object.getOwnPropertyNames(value)));
}
