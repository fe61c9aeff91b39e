import { field } from '../../fields.ts';
import { Gathering, inexact, objectOf, type Rules } from '../gathering.ts';

const CALL: Rules = {
  index: 'dropped',
  id: 'same',
  type: 'latest',
  function: () => new CalledGathering(),
  custom: () => new CalledGathering(),
};

/** Gathers a call of a tool from its deltas, and ends where two calls may have been streamed under one index. */
export class CallGathering extends Gathering {
  constructor() {
    super(CALL);
  }

  override add(part: unknown): this {
    const { id } = objectOf(part);
    const hasOwnId = id !== undefined && id === this.get('id');
    for (const kind of ['function', 'custom']) {
      // Only the id shows that a name that comes again is of the same call.
      if (this.get(kind) !== undefined && field(field(part, kind), 'name') && !hasOwnId) inexact();
    }
    return super.add(part);
  }

  override whole(): Record<string, unknown> {
    const whole = super.whole();
    // Arguments that are no JSON may have come whole with every delta.
    const told = field(whole['function'], 'arguments');
    if (typeof told === 'string' && told.trim() !== '' && !isComplete(told)) inexact();
    return whole;
  }
}

/** Gathers what is called: a name, and its arguments piece by piece. */
export class CalledGathering extends Gathering {
  constructor() {
    super({ name: 'same', arguments: 'text', input: 'text' });
  }

  override add(part: unknown): this {
    const [told, more] = [this.get('arguments'), field(part, 'arguments')];
    // Arguments are one JSON object: what follows a complete one belongs to another call.
    const saysMore = typeof more === 'string' && more.trim() !== '';
    if (saysMore && typeof told === 'string' && isComplete(told)) inexact();
    return super.add(part);
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
