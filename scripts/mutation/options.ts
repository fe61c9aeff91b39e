import { parseArgs } from 'node:util';

export interface MutationOptions {
  /** Files and folders of sources, from the root. */
  readonly paths: readonly string[];
  /** Takes only lines that differ from this commit. */
  readonly changedSince: string | undefined;
  readonly sample: number;
  readonly seed: number;
  readonly tests: number;
  readonly minutes: number;
  readonly isJson: boolean;
}

export const HELP = `Usage: npm run mutate -- PATH... [options]
       npm run mutate -- --changed [--since COMMIT] [options]

Changes the sources in small ways and runs the tests that reach each change. A change that no test notices survives.
PATH is a file or a folder of packages/*/src.

  --changed        only lines that differ from the commit of --since
  --since COMMIT   default: where the branch left main, or the commit before the last
  --sample N       try N changes, picked by chance (default 100)
  --seed N         picks others (default 1)
  --tests N        run at most the N test files nearest to the changed sources (default 100)
  --minutes N      stop after so long (default 60)
  --json           print the result as one JSON object; progress goes to standard error
  --help           print this text

Exit code 0: done. 1: more than 15 % survive without a reason in scripts/mutation/survivors.json, with 95 % confidence, or no
change was decided in time. 2: refused.
`;

/** An argument that the command does not take. */
export class MutationRefusal extends Error {
  constructor(message: string) {
    super(`${message}. See npm run mutate -- --help.`);
    this.name = 'MutationRefusal';
  }
}

/**
 * Reads the arguments of the command.
 *
 * @returns undefined if help is asked for
 * @throws MutationRefusal if an argument is not known
 */
export function mutationOptions(args: readonly string[]): MutationOptions | undefined {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  if (positionals.length === 0 && !values.changed)
    throw new MutationRefusal('Name a file or a folder, or use --changed');
  if (values.since !== undefined && !values.changed) throw new MutationRefusal('--since needs --changed');
  return {
    paths: positionals.map((path) => path.replace(/^\.\//, '').replace(/\/$/, '')),
    changedSince: values.changed ? (values.since ?? '') : undefined,
    sample: positive('--sample', values.sample),
    seed: positive('--seed', values.seed),
    tests: positive('--tests', values.tests),
    minutes: positive('--minutes', values.minutes),
    isJson: values.json,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        changed: { type: 'boolean', default: false },
        since: { type: 'string' },
        sample: { type: 'string', default: '100' },
        seed: { type: 'string', default: '1' },
        tests: { type: 'string', default: '100' },
        minutes: { type: 'string', default: '60' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new MutationRefusal((error as Error).message.replace(/\.$/, ''));
  }
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new MutationRefusal(`${option} is ${JSON.stringify(text)}; it takes a whole number of at least 1`);
  return value;
}
