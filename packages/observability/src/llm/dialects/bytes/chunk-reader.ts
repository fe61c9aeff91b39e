/** Turns the bytes of one stream into chunks, however the bytes are cut. */
export interface ChunkReader {
  /** The chunks that are complete with these bytes. What is not JSON is given as the text it is. */
  add(bytes: Uint8Array): unknown[];
  /** What is left at the end of the stream; a chunk that broke off is dropped. */
  end(): unknown[];
  /** Whether the stream has said that no chunk follows, although its bytes may go on. */
  isOver?(): boolean;
}

/** How the chunks of a stream stand in its bytes. */
export interface Framing {
  /** The type of content that a body with such chunks has. */
  readonly contentType: string;
  reader(): ChunkReader;
  print(chunks: readonly unknown[]): Uint8Array;
  /** Where the chunk ends that begins at a position of a body, with what separates it from the next. */
  endOf(body: Buffer, start: number): number;
}
