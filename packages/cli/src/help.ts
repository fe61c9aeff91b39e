import { Command } from 'commander';
import { UsageError } from './usage-error.ts';

/** The command `tta help`, for commands of commands too: `tta help router train`. */
export function helpCommand(program: Command): Command {
  return new Command('help')
    .description('show how to use a command')
    .argument('[commands...]', 'the command and its subcommands')
    .action((names: readonly string[]) => {
      let command = program;
      for (const name of names) {
        const below = command.commands.find((each) => each.name() === name);
        if (below === undefined) throw new UsageError(`there is no command '${name}'${suggestion(name, command)}`);
        command = below;
      }
      command.help();
    });
}

function suggestion(name: string, { commands }: Command): string {
  const nearest = commands
    .map((command) => command.name())
    .toSorted((a, b) => distance(a, name) - distance(b, name))[0];
  if (nearest === undefined) return '';
  return distance(nearest, name) <= 2
    ? ` (Did you mean ${nearest}?)`
    : `; there are ${commands.map((each) => each.name()).join(', ')}`;
}

/** How many letters must change, Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
