import type { Clock } from 'tta-dev-primitives';
import { type Flow, flowOf } from 'tta-dev-primitives/internal';
import { FailedResponseError } from './failed-response-error.ts';
import { bytesOf, type HttpAnswer } from './http-answer.ts';

/** So much of the body of a failed answer is read, and waited for so long. */
const MAX_BYTES = 65_536;
const MAX_WAIT_MS = 1_000;

/**
 * The error for a failed answer. The beginning of its body is read ahead, because it tells a limit that passes from a quota that does
 * not; who handles the error can still read all of it. A body that is too long or too late is closed.
 */
export async function failedResponse<O>(output: O, answer: HttpAnswer, clock: Clock): Promise<FailedResponseError> {
  const followed = flowOf(output);
  const body = followed === undefined ? answer.body : await textAhead(followed.flow, clock);
  return new FailedResponseError(followed?.output ?? output, answer, body);
}

async function textAhead(flow: Flow, clock: Clock): Promise<string | undefined> {
  const late = new Error('the body of a failed response was not read: it was too long, or came too late');
  const timer = clock.setTimer(() => flow.drop(late), MAX_WAIT_MS);
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const result = await flow.readAhead();
      if (result === undefined || result.done === true) return length === 0 ? undefined : textOf(pieces);
      const bytes = bytesOf(result.value);
      if (bytes === undefined) return undefined;
      pieces.push(Uint8Array.from(bytes));
      length += bytes.length;
      if (length <= MAX_BYTES) continue;
      flow.drop(late);
      return undefined;
    }
  } catch {
    return undefined; // the status says enough, and the reader of the body learns what it failed with
  } finally {
    timer.cancel();
  }
}

function textOf(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString('utf8');
}
