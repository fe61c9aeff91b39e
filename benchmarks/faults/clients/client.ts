import { setTimeout as sleep } from 'node:timers/promises';

/** Answers a question, from Redis or by the step. */
export type Ask = (question: string) => Promise<unknown>;

/** What is asked where nothing is stored: 5 ms of work. */
export type Step = (question: string) => Promise<string>;

/** Opens caches over one connection: what one of them has stored, another can find in Redis only. */
export type Open = (url: string, step: Step) => () => Ask;

const STEP_MS = 5;

export function answerTo(question: string): string {
  return `answer to ${question}`;
}

/** A step that counts how often it is asked each question. */
export function countedStep(): { readonly step: Step; readonly callsFor: (question: string) => number } {
  const calls = new Map<string, number>();
  const callsFor = (question: string): number => calls.get(question) ?? 0;
  const step: Step = async (question) => {
    calls.set(question, callsFor(question) + 1);
    await sleep(STEP_MS);
    return answerTo(question);
  };
  return { step, callsFor };
}

/** The errors of a connection are told to a listener, without which a client ends the process or writes to the console. */
export function ignore(): void {}
