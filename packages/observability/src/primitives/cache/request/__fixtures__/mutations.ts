import fc from 'fast-check';
import type { AnyParameters } from './parameters/parameter.ts';

export type Request = Record<string, unknown>;

/** An independent idea of what a request means: its parameters with an effect, in one order, without what is undefined. */
export function meaningOf(request: Request, parameters: AnyParameters): string {
  const fields = Object.entries(request).filter(([name]) => (parameters[name]?.effect ?? 'key') === 'key');
  return JSON.stringify(sorted(Object.fromEntries(fields)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}

/** Requests with some of the parameters, at some of their values. */
export function requests(parameters: AnyParameters): fc.Arbitrary<Request> {
  const known = Object.entries(parameters).filter(([, { effect }]) => effect !== 'server state');
  const fields = known.map(([name, { values, isRequired }]) => [
    name,
    isRequired ? [...values] : [undefined, undefined, ...values],
  ]);
  return fc
    .record(Object.fromEntries(fields.map(([name, values]) => [name, fc.constantFrom(...(values as unknown[]))])))
    .map((request) => requestCopy(request));
}

/** A copy that shares nothing but signals and functions. */
function requestCopy(value: unknown): Request {
  return copied(value) as Request;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null || value instanceof AbortSignal) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, copied(field)]));
}

/** A change of a request that may change what it means. */
export interface Mutation {
  readonly kind: 'value' | 'removal' | 'leaf' | 'order' | 'unknown' | 'null' | 'normal form' | 'space' | 'duplicate';
  readonly pick: number;
  readonly place: number;
}

export const mutations: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom<Mutation['kind']>(
    'value',
    'value',
    'removal',
    'leaf',
    'leaf',
    'order',
    'unknown',
    'null',
    'normal form',
    'space',
    'duplicate',
  ),
  pick: fc.nat(),
  place: fc.nat(),
});

/** The two requests of a pair: one and its mutation. */
export function pairOf(
  request: Request,
  parameters: AnyParameters,
  { kind, pick, place }: Mutation,
): [Request, Request] {
  const inKey = Object.keys(parameters).filter((name) => parameters[name]?.effect === 'key');
  const name = chosen(inKey, pick) as string;
  const left = requestCopy(request);
  const right = requestCopy(request);
  switch (kind) {
    case 'value':
      right[name] = requestCopy({ value: chosen(parameters[name]?.values ?? [], place) })['value'];
      break;
    case 'removal':
      delete right[name];
      break;
    case 'null':
      right[name] = null;
      break;
    case 'unknown':
      right[`new_parameter_${pick % 5}`] = place % 3 === 0 ? null : place;
      break;
    case 'leaf':
      changeLeaf(right, inKey, pick, (leaf) => otherLeaf(leaf, place));
      break;
    case 'order':
      changeLists(right, inKey, pick, (list) => list.reverse());
      break;
    case 'duplicate':
      changeLists(right, inKey, pick, (list) => list.push(list[0]));
      break;
    case 'normal form':
      changeLeaf(left, inKey, pick, (leaf) => `${leaf}\u00e9`);
      changeLeaf(right, inKey, pick, (leaf) => `${leaf}e\u0301`);
      break;
    case 'space':
      changeLeaf(left, inKey, pick, (leaf) => `${leaf} b`);
      changeLeaf(right, inKey, pick, (leaf) => `${leaf}${chosen(['_b', '\nb', '  b', ' b ', '\u00a0b'], place)}`);
      break;
  }
  return [left, right];
}

function chosen<T>(items: readonly T[], pick: number): T | undefined {
  return items[pick % Math.max(1, items.length)];
}

interface Slot {
  readonly owner: Record<string, unknown>;
  readonly name: string;
}

function slotsOf(
  owner: Record<string, unknown>,
  names: readonly string[],
  isWanted: (value: unknown) => boolean,
): Slot[] {
  return names.flatMap((name) => {
    const value = owner[name];
    const within =
      typeof value === 'object' && value !== null
        ? slotsOf(value as Record<string, unknown>, Object.keys(value), isWanted)
        : [];
    return isWanted(value) ? [{ owner, name }, ...within] : within;
  });
}

function changeLeaf(
  request: Request,
  names: readonly string[],
  pick: number,
  change: (leaf: unknown) => unknown,
): void {
  const leaves = slotsOf(
    request,
    names,
    (value) => value !== undefined && (typeof value !== 'object' || value === null),
  );
  const slot = chosen(leaves, pick);
  if (slot !== undefined) slot.owner[slot.name] = change(slot.owner[slot.name]);
}

function changeLists(
  request: Request,
  names: readonly string[],
  pick: number,
  change: (list: unknown[]) => void,
): void {
  const slot = chosen(
    slotsOf(request, names, (value) => Array.isArray(value) && value.length > 0),
    pick,
  );
  if (slot !== undefined) change(slot.owner[slot.name] as unknown[]);
}

function otherLeaf(leaf: unknown, place: number): unknown {
  if (typeof leaf === 'boolean') return !leaf;
  if (typeof leaf === 'number') return place % 2 === 0 ? leaf + 1 : String(leaf);
  if (leaf === null) return 'null';
  const text = String(leaf);
  const cut = place % (text.length + 1);
  return `${text.slice(0, cut)}${chosen(['x', '"', '\\', ',', '\u200b', '\ud83d\ude00'], place)}${text.slice(cut)}`;
}

/** The same request, written otherwise: properties in another order, some that are undefined, other values without effect. */
export function rewritten(request: Request, parameters: AnyParameters, seed: number): Request {
  const noEffect = Object.entries(parameters).filter(([, { effect }]) => effect === 'none');
  const others = noEffect.map(([name, { values }], position) => [
    name,
    chosen([undefined, ...values], seed + position),
  ]);
  const fields = { ...request, ...Object.fromEntries(others), never_said: undefined };
  return reordered(fields, seed) as Request;
}

function reordered(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, seed));
  if (typeof value !== 'object' || value === null || value instanceof AbortSignal) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, reordered(field, seed)] as const);
  const turned = fields.map((_, position) => fields[(position + seed) % fields.length] as (typeof fields)[number]);
  return Object.fromEntries(seed % 2 === 0 ? turned : turned.reverse());
}
