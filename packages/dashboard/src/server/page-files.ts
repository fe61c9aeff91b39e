import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { answer, refuse } from './answers.ts';

/** Where the build leaves the page, for the sources and for their build alike. */
const FOLDER = fileURLToPath(new URL('../../dist/page/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

interface PageFile {
  readonly type: string;
  readonly body: Buffer<ArrayBuffer>;
  /** Compressed on first request: the first page load does not wait for the files of other screens. */
  readonly zipped: () => Promise<Buffer<ArrayBuffer>>;
  readonly etag: string;
}

type Files = ReadonlyMap<string, PageFile>;

/** The files of the page, read once. Only what lies in the folder can be asked for. */
export class PageFiles {
  readonly #folder: string;
  #files: Promise<Files> | undefined;

  constructor(folder: string = FOLDER) {
    this.#folder = folder;
  }

  /** @param path - below the page, without a slash before it; empty for the page itself */
  async answer(path: string, { headers: asked }: Request): Promise<Response> {
    const files = await this.#read();
    if (files === undefined) return refuse(503, 'the page of tta-dashboard is not built; run: npm run build');
    const name = path === '' ? 'index.html' : path;
    const file = files.get(name);
    if (file === undefined) return refuse(404, `not found: ${JSON.stringify(name.slice(0, 100))}`);
    // The names of assets carry a hash of what they contain.
    const cached = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    const headers = { ETag: file.etag, 'Cache-Control': cached, Vary: 'Accept-Encoding' };
    if (asked.get('if-none-match') === file.etag) return answer(null, headers, 304);
    const isZipped = /\bgzip\b/.test(asked.get('accept-encoding') ?? '');
    const encoding: Record<string, string> = isZipped ? { 'Content-Encoding': 'gzip' } : {};
    return answer(isZipped ? await file.zipped() : file.body, { ...headers, ...encoding, 'Content-Type': file.type });
  }

  /** @returns undefined while the page is not built */
  async #read(): Promise<Files | undefined> {
    try {
      return await (this.#files ??= filesIn(this.#folder));
    } catch (error) {
      this.#files = undefined;
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

async function filesIn(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const known = paths.filter((path) => Object.hasOwn(TYPES, extname(path)));
  const named = known.map(
    async (path) => [relative(folder, path).split(sep).join('/'), await readPageFile(path)] as const,
  );
  return new Map(await Promise.all(named));
}

async function readPageFile(path: string): Promise<PageFile> {
  const body = Buffer.from(await readFile(path));
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  let zipped: Promise<Buffer<ArrayBuffer>> | undefined;
  const zip = async (): Promise<Buffer<ArrayBuffer>> => Buffer.from(await promisify(gzip)(body));
  return { type: TYPES[extname(path)] as string, body, zipped: () => (zipped ??= zip()), etag };
}
