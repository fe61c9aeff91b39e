import type { FactName } from 'tta-dev-primitives/internal';
import type { BuiltInTopics } from './index.ts';

type InTopic<T> = T extends { readonly facts: infer Entries } ? keyof Entries : never;

type Forgotten = Exclude<FactName, InTopic<BuiltInTopics[keyof BuiltInTopics]>>;

/**
 * A fact of the library that is in no topic does not compile: the error names it.
 *
 * Nothing imports this file. The build of the package compiles it, and the check of tests does not, because tests and pages state facts
 * of their own.
 */
export const forgottenFacts: Readonly<Record<Forgotten, never>> = {};
