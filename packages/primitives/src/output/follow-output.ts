import type { AbortSource } from '../abort-source.ts';
import type { Flow } from './flow.ts';
import { flowOf } from './followed.ts';
import { COMPLETE, type Gate, type OutputEnd, tellEnd } from './gate.ts';
import { type Group, isReadableStream, isResponse, ongoingKeysOf } from './kinds.ts';

/**
 * Follows an output to its real end: a value ends at once, a stream when it ends, fails or its reader leaves it.
 *
 * An array or a plain record that holds streams, as `parallel` returns, ends with its last stream. It is complete if all of them are, and
 * otherwise ends like the first that is not. Its gate gets no chunks. Streams are looked for to a depth of 2, but not behind getters or
 * among more than 1,000 members.
 *
 * Return what this function returns, in place of the output. A stream that cannot be followed counts as ended when it
 * is handed over.
 */
export function followOutput<O>(output: O, gate: Gate): O {
  const followed = flowOf(output);
  if (followed !== undefined) {
    followed.flow.add(gate);
    return followed.output;
  }
  const group = groupOf(output);
  if (group === undefined) {
    tellEnd(gate, COMPLETE);
    return output;
  }
  tellLastEnd(group.flows, gate);
  return group.output;
}

/**
 * Ends an output when `source` aborts: a stream, or each stream in an array or a plain record, as in {@link followOutput}. Hand on what
 * this function returns.
 */
export function endOutputWith<O>(output: O, source: AbortSource): O {
  const followed = flowOf(output);
  if (followed !== undefined) {
    followed.flow.endWith(source);
    return followed.output;
  }
  const group = groupOf(output);
  if (group === undefined) return output;
  for (const flow of group.flows) flow.endWith(source);
  return group.output;
}

/**
 * Releases an output that will not be read. A stream is closed, which lets its source clean up, and counts as left for the given reason. A
 * value, or a stream that is being read, stays as it is. Closes each stream in an array or a plain record, as in {@link followOutput}.
 */
export function discardOutput(output: unknown, reason: unknown): void {
  for (const key of ongoingKeysOf(output)) discardOutput((output as Group)[key], reason);
  const stream = isResponse(output) ? output.body : output;
  if (isReadableStream(stream) && stream.locked) return;
  flowOf(output)?.flow.drop(reason);
}

/** The streams in an array or a plain record, and what to hand on in its place: the same object if its members can be replaced. */
interface FollowedGroup<O> {
  readonly flows: readonly Flow[];
  readonly output: O;
}

/** @returns undefined if no stream in it can be followed */
function groupOf<O>(output: O): FollowedGroup<O> | undefined {
  const keys = ongoingKeysOf(output);
  if (keys.length === 0) return undefined;
  const flows: Flow[] = [];
  const given: Group = {};
  for (const key of keys) {
    const member = (output as Group)[key];
    const followed = flowOf(member);
    const inner = followed === undefined ? groupOf(member) : { flows: [followed.flow], output: followed.output };
    if (inner === undefined) continue;
    flows.push(...inner.flows);
    if (inner.output !== member) given[key] = inner.output;
  }
  return flows.length === 0 ? undefined : { flows, output: withMembers(output, given) };
}

function withMembers<O>(output: O, members: Group): O {
  const isWritable = (key: string): boolean => Object.getOwnPropertyDescriptor(output, key)?.writable === true;
  const target = Object.keys(members).every(isWritable) ? output : Array.isArray(output) ? [...output] : { ...output };
  return Object.assign(target as O & object, members);
}

function tellLastEnd(flows: readonly Flow[], gate: Gate): void {
  let open = flows.length;
  let end = COMPLETE;
  const onEnd = (own: OutputEnd): void => {
    open -= 1;
    if (end.kind === 'complete') end = own;
    if (open === 0) tellEnd(gate, end);
  };
  for (const flow of flows) flow.add({ onEnd });
}
