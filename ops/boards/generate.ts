// Writes ops/grafana: run by `npm run ops:boards` after a change of a board or of a metric.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { BOARDS } from './boards.ts';
import { boardFiles, FOLDER } from './files.ts';

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
for (const [path, text] of boardFiles(BOARDS)) await writeFile(path, text);
console.log(`wrote ${BOARDS.length} dashboards to ${FOLDER}`);
