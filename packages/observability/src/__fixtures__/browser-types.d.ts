/** Types of browsers that the declarations of `@google/genai` name, and Node.js does not declare globally. */
type RequestInfo = string | URL | Request;
type HeadersInit = ConstructorParameters<typeof Headers>[0];
interface ErrorEvent extends Event {
  readonly error: unknown;
  readonly message: string;
}
