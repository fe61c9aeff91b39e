/** A piece of a message, in the form of OpenTelemetry's conventions. */
export type MessagePart =
  | { readonly type: 'text'; readonly content: string }
  | { readonly type: 'reasoning'; readonly content: string }
  | { readonly type: 'tool_call'; readonly id?: string; readonly name?: string; readonly arguments?: unknown }
  | { readonly type: 'tool_call_response'; readonly id?: string; readonly response?: unknown }
  /** Something that is not text, such as an image; its data is left out. */
  | { readonly type: 'blob'; readonly modality: string };

export interface ModelMessage {
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

/** What was asked of a model, and what it answered. */
export interface ModelContent {
  readonly systemInstructions: readonly MessagePart[];
  readonly inputMessages: readonly ModelMessage[];
  readonly outputMessages: readonly ModelMessage[];
  /** The tools that the model was offered, as the request has them. */
  readonly toolDefinitions: readonly unknown[];
}
