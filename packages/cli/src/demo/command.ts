import { Command, Option } from 'commander';
import { countArgument, fileArgument, namesArgument, portArgument, seedArgument, shareArgument } from '../arguments.ts';
import type { Io } from '../output/io.ts';
import { type DemoOptions, PACES, USUAL_FAULTS } from './options.ts';
import { STRATEGIES, USUAL_STRATEGY } from './strategy.ts';

const USUAL_REQUESTS = `${PACES.own.requests}; ${PACES.replay.requests} with --replay, ${PACES.real.requests} with --provider`;

const EXAMPLES = `
Examples:
  $ tta demo
  $ tta demo --replay outcomes.jsonl --models gpt-4o-mini-2024-07-18,gpt-4o-2024-08-06 --json
  $ tta demo --replay outcomes.jsonl --strategy agreement --split dev
  $ tta demo --replay outcomes.jsonl --arrivals trace.csv --keep
  $ OPENAI_API_KEY=... tta demo --provider https://api.openai.com/v1 --requests 20`;

/** The command `tta demo`; `onExit` gets the exit code. */
export function demoCommand(io: Io, onExit: (code: number) => void): Command {
  return new Command('demo')
    .description('send a workload through timeout, cache and router or cascade, and report the savings')
    .option('--replay <file>', 'replay recorded outcomes: JSON lines of { id, prompt, in_tok, m }', fileArgument)
    .option('--split <marks>', 'with --replay: take rows whose "split" is one of these', namesArgument)
    .option(
      '--arrivals <file>',
      'send requests at the times in a trace: Azure CSV or Mooncake JSON lines',
      fileArgument,
    )
    .option('--models <names>', 'with --replay or --provider: models from cheapest to strongest', namesArgument)
    .option('--baseline <name>', 'with --replay or --provider: the model to compare with (default: the strongest)')
    .addOption(
      new Option(
        '--strategy <name>',
        'demand: pick by the apparent difficulty of a request; agreement, with --replay: two cheap models, and the strong one if they differ; learned: the model that --weights consider good enough',
      )
        .choices(STRATEGIES)
        .default(USUAL_STRATEGY),
    )
    .option(
      '--prices <file>',
      'price models with this file: JSON of { model: { inputPerMillionUsd, outputPerMillionUsd } }',
      fileArgument,
    )
    .option('--weights <file>', 'with --strategy learned: calibrated weights', fileArgument)
    .option('--requests <n>', `send at most this many requests (default: ${USUAL_REQUESTS})`, countArgument)
    .option('--seed <n>', 'seed of the random choices', seedArgument, 1)
    .option(
      '--faults <share>',
      `make the first call fail for this share of the prompts (default: ${USUAL_FAULTS}; 0 with --replay)`,
      shareArgument,
    )
    .option('--redis <url>', 'cache in Redis instead of in memory: redis[s]://[[user]:password@]host[:port]')
    .option('--provider <url>', 'send to a real OpenAI endpoint, with the key in OPENAI_API_KEY; costs money')
    .option('--port <n>', 'serve the page and the metrics on this port; 0 picks a free one', portArgument, 9464)
    .option('--keep', 'keep sending requests and serving the page and the metrics until Ctrl-C')
    .option('--json', 'print the report as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('./run.ts');
      const { findings } = await runDemo(options, io);
      onExit(findings.sent.some(({ outcome }) => outcome === 'cancelled') ? 130 : 0);
    });
}
