import { Command } from 'commander';
import { fileArgument, portArgument } from '../arguments.ts';
import type { Io } from '../output/io.ts';
import type { DashboardOptions } from './run.ts';

const EXAMPLES = `
Examples:
  $ tta dashboard
  $ OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 python app.py
  $ tta dashboard ledger.jsonl`;

/** The command `tta dashboard`. */
export function dashboardCommand(io: Io): Command {
  return new Command('dashboard')
    .description(
      'show a ledger, or the model calls that programs in any language send as OpenTelemetry spans, on a live page',
    )
    .argument('[ledger]', 'a file of JSON lines; without it the page shows what is sent to /v1/traces', fileArgument)
    .option(
      '--port <n>',
      'serve the page on this port, and receive spans there; 0 picks a free one',
      portArgument,
      4318,
    )
    .option('--host <address>', 'listen on this address; except on loopback, the page and the spans need a token')
    .addHelpText('after', EXAMPLES)
    .action(async (ledger: string | undefined, options: DashboardOptions) => {
      const { runDashboard } = await import('./run.ts');
      await runDashboard(ledger, options, io);
    });
}
