import { Command, InvalidArgumentError } from 'commander';
import { type Io, writeLine } from '../output/io.ts';
import type { PricesOptions } from './match.ts';

const EXAMPLES = `
Examples:
  $ tta prices gpt-4o-mini --in 2000 --out 300
  $ tta prices openai/gpt-4o
  $ tta prices us.anthropic.claude-sonnet-4-5-20250929-v1:0`;

/** The command `tta prices`; `onExit` gets the exit code. */
export function pricesCommand(io: Io, onExit: (code: number) => void): Command {
  return new Command('prices')
    .description(
      'show what a model costs: the list that has it, its name there, and the price of a call; exits with 1 if unknown',
    )
    .argument('[model]', 'a model name as in requests, also openai/gpt-4o, ft:..., or a Bedrock or Azure name')
    .option('--provider <name>', 'the provider: openai, azure, aws.bedrock ... (default: from the model name)')
    .option('--in <tokens>', 'input tokens of the call', tokensArgument, 1_000)
    .option('--out <tokens>', 'output tokens of the call', tokensArgument, 1_000)
    .option('--cached <tokens>', "input tokens that came from the provider's prompt cache", tokensArgument, 0)
    .option('--json', 'print it as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string | undefined, options: PricesOptions) => {
      const { matchLines, matchOf, aboutLists } = await import('./match.ts');
      if (model === undefined) {
        for (const line of aboutLists()) writeLine(io.stdout, line);
        return;
      }
      const match = matchOf(model, options);
      for (const line of options.json ? [JSON.stringify(match)] : matchLines(match)) writeLine(io.stdout, line);
      onExit(match.cost === null ? 1 : 0);
    });
}

function tokensArgument(text: string): number {
  const tokens = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (tokens <= 1_000_000_000) return tokens;
  throw new InvalidArgumentError('It must be a whole number of tokens.');
}
