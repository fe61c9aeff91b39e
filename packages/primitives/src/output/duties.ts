import { type Gate, type OutputEnd, tellEnd } from './gate.ts';

/** What to do when a flow ends. Refers to neither the flow nor its stream, which may be garbage-collected earlier. */
export class Duties {
  readonly gates: Gate[] = [];
  readonly releases: (() => void)[] = [];
  #isDone = false;

  /** Whether a gate knows that everything has come, although the source has not ended. */
  get isOver(): boolean {
    return this.gates.some(isOver);
  }

  /** Does everything, once: releases what the flow holds, and notifies the gates. */
  conclude(end: OutputEnd): void {
    if (this.#isDone) return;
    const gates = this.gates.splice(0);
    const releases = this.releases.splice(0);
    this.#isDone = true;
    for (const release of releases) release();
    for (const gate of gates) tellEnd(gate, end);
  }
}

/** Whether a gate knows that everything has come. Never throws. */
export function isOver(gate: Gate): boolean {
  try {
    return gate.isOver?.() === true;
  } catch {
    return false;
  }
}

/** A stream that its reader dropped cannot end by itself. */
const dropped = new FinalizationRegistry<Duties>((duties) => duties.conclude({ kind: 'left', reason: undefined }));

/** Concludes the duties of a flow that is garbage-collected before it has ended. */
export function concludeIfDropped(flow: object, duties: Duties): void {
  dropped.register(flow, duties, flow);
}

/** Forgets a flow that has ended. */
export function forgetDropped(flow: object): void {
  dropped.unregister(flow);
}
