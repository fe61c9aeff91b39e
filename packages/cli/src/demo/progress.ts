import { counted, percent, usd } from '../output/format.ts';
import { type Output, writeLine } from '../output/io.ts';

/** How far a run has come. */
export interface ProgressState {
  readonly sent: number;
  readonly ended: number;
  readonly planned: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly hitRate: number;
  readonly spendUsd: number;
  /** What the requests that have ended would have cost with the baseline, less what was spent; null when that is not known. */
  readonly savedUsd: number | null;
}

export interface Progress {
  /** Stops and takes the line away. */
  stop(): void;
}

const TERMINAL_INTERVAL_MS = 200;
const LOG_INTERVAL_MS = 5_000;
const CLEAR_LINE = '\r\u001B[2K';

/** Shows progress: on a terminal in one line that changes, elsewhere as a new line every five seconds. */
export function showProgress(output: Output, state: () => ProgressState): Progress {
  const isTerminal = output.isTTY === true;
  const show = (): void => {
    const line = progressLine(state());
    if (isTerminal) output.write(`${CLEAR_LINE}${line}`);
    else writeLine(output, line);
  };
  const timer = setInterval(show, isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      if (isTerminal) output.write(CLEAR_LINE);
    },
  };
}

/** Writes a line of its own between two updates of the progress. */
export function interject(output: Output, text: string): void {
  writeLine(output, `${output.isTTY === true ? CLEAR_LINE : ''}${text}`);
}

function progressLine(state: ProgressState): string {
  const { sent, ended, planned, errors, timeouts, hitRate, spendUsd, savedUsd } = state;
  return [
    `${ended}/${planned} requests`,
    `${sent - ended} under way`,
    `hit rate ${percent(hitRate)}`,
    counted(errors, 'error'),
    counted(timeouts, 'timeout'),
    `spent ${usd(spendUsd)}`,
    ...(savedUsd === null ? [] : [`saved ${usd(savedUsd)}`]),
  ].join(', ');
}
