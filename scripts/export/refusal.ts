/** The export is refused, and nothing was touched; the message is one sentence for the person who asked. */
export class ExportRefusal extends Error {
  override readonly name = 'ExportRefusal';
}
