import type { LlmOperation } from '../call/facts.ts';
import type { PriceSource } from '../money/price-source.ts';
import type { Prompt } from '../prompt/read-prompt.ts';
import type { AnswerReading } from './answer-reading.ts';
import type { HttpDialect } from './http-dialect.ts';
import type { RequestParameters } from './request-parameters.ts';

/** The form in which a request wants its answer; `unknown` if the request does not say, because the method called decides. */
export type AnswerForm = 'whole' | 'stream' | 'stream_with_usage' | 'unknown';

/** Fields of a request that do not decide its answer, by name; `true` drops the whole field, a record drops some of its fields. */
export interface FieldRules {
  readonly [field: string]: true | FieldRules;
}

/** How requests are read. Each function gets a value for which `is` returned true, reads own data only, and may throw. */
export interface RequestDialect {
  /** Whether a value is a request of this dialect. For one request, `is` returns true in one dialect only. */
  is(value: unknown): boolean;
  /** The model that the request names. */
  model(request: object): string | undefined;
  /** Who serves the request, as OpenTelemetry names providers; undefined if the request does not say. */
  provider?(request: object): string | undefined;
  form(request: object): AnswerForm;
  /** What the model is asked to do. @defaultValue 'chat' */
  operation?(request: object): LlmOperation | undefined;
  /** What the request asks of the model beside its prompt. @defaultValue nothing */
  parameters?(request: object): RequestParameters;
  /** Fields that do not decide the answer: who asks, billing, transport and logging. Unknown fields always decide. */
  readonly withoutEffect: FieldRules;
  /** Whether the request stores or uses something at the provider (a response, a conversation), so an answer cannot be reused. */
  keepsServerState(request: object): boolean;
  /** Whether the request asks for an answer that is JSON. */
  asksForJson(request: object): boolean;
  /** The user ids in the request, with null for each missing one. */
  person(request: object): readonly unknown[];
  /** The API keys in the request; null if it carries something that cannot be read. Only their HMAC may be stored or sent. */
  callerKey(request: object): string | null | undefined;
  /** The headers in the request that may decide its answer, and no key; null if they cannot be read. @defaultValue none */
  headers?(request: object): readonly (readonly [name: string, value: string])[] | null;
  prompt(request: object): Prompt;
  /** Splits off the last question of the user, if it is plain text; undefined for a request that ends otherwise. */
  lastQuestion(request: object): { readonly text: string; readonly rest: (text: unknown) => unknown } | undefined;
}

/** Reads the chunks of one stream. `add` gets every chunk of the stream, also those of unknown shape. */
export interface StreamReader {
  add(chunk: unknown): void;
  /** What is known so far; after the last chunk, what is known of the answer. A choice that did not finish is `unfinished`. */
  reading(): AnswerReading;
}

/**
 * Everything that is known about one wire format. To add a provider, write a dialect and register it.
 *
 * Functions get values from outside: they read own data properties only (see `field`), run no getters, and keep nothing.
 * They may throw on hostile values; the registry catches.
 */
export interface Dialect {
  /** `snake_case`, unique: `openai_chat`, `anthropic`, `gemini`. */
  readonly name: string;
  readonly request?: RequestDialect | undefined;
  readonly answer: {
    /** Whether a value is a whole answer of this dialect, or a failure stated in place of one. */
    is(value: unknown): boolean;
    /**
     * Own members that every answer has at least one of. `is` is only called for values with such a member, which is faster. @defaultValue
     * `is` is called for every value
     */
    readonly members?: readonly string[] | undefined;
    read(value: unknown): AnswerReading;
    /**
     * The chunks that a stream of this answer would have, or undefined if they would not assemble to the same answer.
     *
     * @param includeUsage - whether the stream states the usage, where the dialect leaves that to the request
     */
    chunks?(value: unknown, includeUsage: boolean): readonly object[] | undefined;
    /** The kind of stream that `chunks` are given as, as the provider's own client gives them. @defaultValue 'readable' */
    readonly streamShape?: 'readable' | 'iterable' | undefined;
  };
  readonly stream?:
    | {
        /** Whether a value is a chunk or event of this dialect's streams. */
        isChunk(value: unknown): boolean;
        /**
         * The same for chunks: `isChunk` is only called for values with such a member. @defaultValue `isChunk` is called for every value
         */
        readonly members?: readonly string[] | undefined;
        reader(): StreamReader;
        /** The whole answer that these chunks make, or undefined if it could only be guessed. */
        assemble?(chunks: readonly unknown[]): object | undefined;
        /** The same chunks for a request that wants the usage, or does not; undefined if that would lose something. */
        withUsage?(chunks: readonly unknown[], includeUsage: boolean): readonly unknown[] | undefined;
        /** Whether a chunk is progress of the answer; pings and headers are not. @defaultValue every chunk does */
        isProgress?(chunk: unknown): boolean;
        /** Whether a value comes before the answer: a chunk of this dialect, or a mark that streams of other dialects may hold too. */
        isPreamble?(value: unknown): boolean;
      }
    | undefined;
  /** How bytes of this dialect become objects and back. */
  readonly bytes?:
    | {
        /** `server_sent_events` for `data:` lines, `json_lines` for a JSON value a line, `aws_event_stream` for binary frames. */
        readonly streamFraming: 'server_sent_events' | 'json_lines' | 'aws_event_stream';
        /** What a stream of server-sent events sends after its last event, such as `[DONE]`. */
        readonly terminator?: string | undefined;
        /**
         * What an event of a stream matches that tells more than a piece of a text: its usage, its model, its finish, a failure, a call of
         * a tool, a refusal, anything of a second choice or answer. Events without may be left out where texts are not asked for.
         * @defaultValue every event is read
         */
        readonly marks?: RegExp | undefined;
      }
    | undefined;
  /** How requests are sent over HTTP; undefined if clients of the provider send them otherwise. */
  readonly http?: HttpDialect | undefined;
  /** Answers that are instances of a class of the provider's client, which are stored as data and given back as instances. */
  readonly instances?:
    | {
        /** A name for the class of a live answer; undefined for plain data. The registry remembers the prototype under it. */
        nameOf(value: object): string | undefined;
      }
    | undefined;
  /** Where live answers and chunks may hold a `Date`, as paths of field names: it is stored as text, and given back as a date. */
  readonly dates?: readonly (readonly string[])[] | undefined;
  /** Prices of this dialect's own models, asked before the price list. */
  readonly prices?: PriceSource | undefined;
}
