import { type Linked, LinkedList } from './linked-list.ts';

/** Tells whether work is to stop, and who wants to know when it is. */
export interface AbortSource {
  readonly isAborted: boolean;
  /** Why; undefined while it is not aborted. */
  readonly reason: unknown;
  /** For whatever takes a platform signal: `fetch`, an SDK, a stream. */
  readonly signal: AbortSignal;
  /**
   * Whether its owner answers the caller when it aborts, and still waits for the work. Work under such a source sees the abort and
   * continues until it settles. Under any other source it is rejected at once, and its streams are closed.
   */
  readonly awaitsWork?: boolean | undefined;
  /**
   * Calls `listener` with the reason once it aborts, at once if it already has.
   *
   * @returns the function that forgets the listener; call it when the wait is over
   */
  onAbort(listener: (reason: unknown) => void): () => void;
}

const forgetNothing = (): void => {};

/** A signal that other code aborts. */
export class SignalSource implements AbortSource {
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  get isAborted(): boolean {
    return this.signal.aborted;
  }

  get reason(): unknown {
    return this.signal.reason;
  }

  onAbort(listener: (reason: unknown) => void): () => void {
    const { signal } = this;
    if (signal.aborted) {
      listener(signal.reason);
      return forgetNothing;
    }
    const heard = (): void => listener(signal.reason);
    signal.addEventListener('abort', heard, { once: true });
    return () => signal.removeEventListener('abort', heard);
  }
}

/**
 * An `AbortController` that creates its signal on first read. Most steps never read it, and primitives listen without a signal.
 * This saves a controller per execution and an event listener per layer.
 */
export class LazyController implements AbortSource {
  #controller: AbortController | undefined;
  #listeners: LinkedList<Listening> | undefined;
  #isAborted = false;
  #reason: unknown;
  readonly awaitsWork: boolean;

  constructor(options?: Pick<AbortSource, 'awaitsWork'>) {
    this.awaitsWork = options?.awaitsWork === true;
  }

  get isAborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Aborts once: first the signal, if it exists, then all listeners without a signal. */
  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    // One that is forgotten while others are told is not told any more.
    for (let next = this.#listeners?.shift(); next !== undefined; next = this.#listeners?.shift()) {
      tell(next.listener, reason);
    }
  }

  onAbort(listener: (reason: unknown) => void): () => void {
    if (this.#isAborted) {
      listener(this.#reason);
      return forgetNothing;
    }
    const listeners = (this.#listeners ??= new LinkedList());
    const listening: Listening = { listener, before: undefined, after: undefined };
    listeners.add(listening);
    return () => listeners.delete(listening);
  }
}

interface Listening extends Linked<Listening> {
  readonly listener: (reason: unknown) => void;
}

/** Errors of a listener are rethrown outside the other listeners, as for events of the platform. */
function tell(listener: (reason: unknown) => void, reason: unknown): void {
  try {
    listener(reason);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
