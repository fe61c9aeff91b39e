import { field, listOf } from '../fields.ts';
import { type Choice, type Findings, isPresent, reasonIn, say } from './choice.ts';

/**
 * Reads a response of Gemini, the whole of it or a chunk.
 *
 * @returns whether it is one
 * @see https://ai.google.dev/api/generate-content
 */
export function readGemini(part: unknown, findings: Findings): boolean {
  const candidates = field(part, 'candidates');
  const isBlocked = reasonIn(field(part, 'promptFeedback'), 'blockReason') !== undefined;
  if (isBlocked) findings.choice(0).finishReason = 'content_filter'; // then there is no candidate
  if (!Array.isArray(candidates)) return isBlocked;
  candidates.forEach((candidate, position) => {
    readCandidate(candidate, findings.choice(field(candidate, 'index') ?? position));
  });
  return true;
}

function readCandidate(candidate: unknown, choice: Choice): void {
  choice.finishReason = reasonIn(candidate, 'finishReason') ?? choice.finishReason;
  for (const part of listOf(field(field(candidate, 'content'), 'parts'))) {
    if (field(part, 'thought') === true) continue; // a thought is no answer
    say(choice, field(part, 'text'));
    choice.hasContent ||= ['inlineData', 'fileData', 'codeExecutionResult'].some((name) =>
      isPresent(field(part, name)),
    );
    choice.hasToolCalls ||= isPresent(field(part, 'functionCall'));
  }
}
