/** So many that were asked once each are no accident. */
const MANY = 100;

/** How many names are watched, because a program may make them up. */
const MAX_NAMES = 1_000;

interface Made {
  askedOnce: number;
  /** One was asked twice, or the warning was given. */
  isSettled: boolean;
}

const byName = new Map<string, Made>();

/**
 * Warns once if a program makes a primitive anew for each request, as in the handler of a server: what the primitive remembers is then of
 * no use to any other request, and nothing else shows it.
 */
export class UseWatch {
  readonly #name: string;
  readonly #made: Made | undefined;
  #uses = 0;

  /** @param what - such as `CachePrimitive "chat"`, for the warning */
  constructor(what: string) {
    this.#name = what;
    this.#made = byName.get(what) ?? added(what);
  }

  /** An execution has begun. */
  use(): void {
    if (this.#made === undefined || this.#uses === 2) return;
    this.#uses += 1;
    if (this.#uses === 2) this.#made.isSettled = true;
    else this.#made.askedOnce += 1;
    if (this.#made.isSettled || this.#made.askedOnce < MANY) return;
    this.#made.isSettled = true;
    process.emitWarning(
      `${this.#name}: ${MANY} of them were made and each was asked once, so none can use what it remembers. Make it once, outside of the function that handles a request.`,
      { type: 'TtaWarning', code: 'TTA_MADE_FOR_EACH_REQUEST' },
    );
  }
}

function added(name: string): Made | undefined {
  if (byName.size >= MAX_NAMES) return undefined;
  const made = { askedOnce: 0, isSettled: false };
  byName.set(name, made);
  return made;
}
