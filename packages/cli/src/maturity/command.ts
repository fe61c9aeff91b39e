import { Command, Option } from 'commander';
import { fileArgument, portArgument, shareArgument } from '../arguments.ts';
import type { Io } from '../output/io.ts';
import type { MaturityOptions } from './run.ts';

const EXAMPLES = `
Examples:
  $ tta maturity
  $ tta maturity --history maturity.jsonl --metrics > /var/lib/prometheus/node-exporter/maturity.prom
  $ tta maturity --history maturity.jsonl --port 9465`;

/** The command `tta maturity`; `onExit` gets the exit code. */
export function maturityCommand(io: Io, onExit: (code: number) => void): Command {
  return new Command('maturity')
    .description(
      'show which stage each package has reached, from reports of coverage, tests and checks; exits with 1 if a gate fails',
    )
    .argument('[folder]', 'a package, or a workspace of packages', '.')
    .option('--coverage <file>', 'json-summary of coverage (default: coverage/coverage-summary.json)', fileArgument)
    .option('--tests <file>', 'JSON report of vitest or jest (default: coverage/tests.json)', fileArgument)
    .option('--checks <file>', 'list of { name, passed, component? } (default: coverage/checks.json)', fileArgument)
    .option('--history <file>', 'record stage changes in this file, as JSON lines', fileArgument)
    .option('--staging-coverage <share>', 'share of lines required for staging', shareArgument, 0.7)
    .option('--production-coverage <share>', 'share of lines required for production', shareArgument, 0.8)
    .addOption(new Option('--json', 'print the findings as one JSON list').conflicts(['metrics', 'port']))
    .addOption(new Option('--metrics', 'print them as metrics for a textfile collector').conflicts('port'))
    .addOption(new Option('--port <port>', 'serve them as metrics on loopback until Ctrl-C').argParser(portArgument))
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, options: MaturityOptions) => {
      const { runMaturity } = await import('./run.ts');
      const found = await runMaturity(folder, options, io);
      onExit(found.some(({ gates }) => Object.values(gates).includes('failed')) ? 1 : 0);
    });
}
