import { circles } from './circles.ts';
import { copies } from './copies.ts';
import { importsOf } from './imports.ts';
import { wrongArrows } from './layers.ts';
import { providerNames } from './providers.ts';
import { isSource, type SourceFile } from './source-text.ts';
import { tenuredFunctions } from './tenured-functions.ts';

/** Where the sources break the order of the house: one sentence for each place. */
export function houseFindings(files: readonly SourceFile[]): string[] {
  const sources = files.filter(({ path }) => isSource(path));
  const imports = importsOf(sources);
  return [
    ...circles(imports),
    ...wrongArrows(imports),
    ...providerNames(sources),
    ...copies(sources),
    ...tenuredFunctions(sources),
  ];
}
