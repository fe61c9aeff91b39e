import { field } from '../../fields.ts';
import { Gathering, inexact, objectOf, type Rules } from '../gathering.ts';

const CALL: Rules = { index: 'dropped', id: 'same', type: 'latest', function: 'dropped', custom: 'dropped' };

const CALLED: Rules = { name: 'same', arguments: 'text', input: 'text' };

const PIECES = { mayRepeat: false };

/** Gathers a call of a tool from its deltas, and ends where two calls may have been streamed under one index. */
export class CallGathering {
  readonly #call = new Gathering(CALL, PIECES);
  readonly #called = new Map<string, CalledGathering>();

  add(call: Record<string, unknown>): this {
    const hasOwnId = call['id'] !== undefined && call['id'] === this.#call.get('id');
    this.#call.add(call);
    for (const kind of ['function', 'custom']) {
      if (call[kind] === undefined || call[kind] === null) continue;
      const called = this.#called.get(kind);
      // Only the id shows that a name that comes again is of the same call.
      if (called !== undefined && field(call[kind], 'name') && !hasOwnId) inexact();
      this.#called.set(kind, (called ?? new CalledGathering()).add(objectOf(call[kind])));
    }
    return this;
  }

  whole(): object {
    // Arguments that are no JSON may have come whole with every delta.
    const told = this.#called.get('function')?.whole()['arguments'];
    if (typeof told === 'string' && told.trim() !== '' && !isComplete(told)) inexact();
    const called = Array.from(this.#called, ([kind, gathering]) => [kind, gathering.whole()]);
    return { ...this.#call.whole(), ...Object.fromEntries(called) };
  }
}

/** Gathers what is called: a name, and its arguments piece by piece. */
export class CalledGathering {
  readonly #called = new Gathering(CALLED, PIECES);

  add(called: Record<string, unknown>): this {
    const told = this.#called.get('arguments');
    // Arguments are one JSON object: what follows a complete one belongs to another call.
    const saysMore = typeof called['arguments'] === 'string' && called['arguments'].trim() !== '';
    if (saysMore && typeof told === 'string' && isComplete(told)) inexact();
    this.#called.add(called);
    return this;
  }

  whole(): Record<string, unknown> {
    return this.#called.whole();
  }
}

function isComplete(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
